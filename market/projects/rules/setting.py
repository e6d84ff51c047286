"""What the rules must know beside the draft; the caller has looked it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from market.accounts.regions import RegionRules
    from market.kernel.calendar import Calendar

SEVERAL: Final = ""  # in place of a code: more than one agency has this name


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A service item (中介服务事项) as far as a need depends on it. The usual range is in fen.

    The time limit is in working days.
    """

    code: str
    name: str
    name_en: str
    floor_fen: int | None
    ceiling_fen: int | None
    time_limit_days: int | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """The region's rules and days at ``now``, and what the directories say about the draft's words.

    ``agencies`` maps what was typed as an agency to its code, or ``SEVERAL``; ``named`` are
    registered agencies whose names stand in the texts; ``spent_fen`` is the fiscal money that this
    owner has published for this item in the same year.
    """

    rules: RegionRules
    calendar: Calendar
    now: datetime
    item: ItemFacts | None
    regions: frozenset[str]
    agencies: Mapping[str, str] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    spent_fen: int = 0
