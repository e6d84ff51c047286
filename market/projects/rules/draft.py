"""The need as the rules see it: what an owner typed, read into values. No IO.

A value that was not given is None or empty; one that could not be read is None too and has a
finding of its own (``reading.read``). Money is fen, times are aware UTC, texts are stripped NFC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from market.projects.states import Funding, Pool, Way
from signing.ways.registry import WAYS


class Tie(StrEnum):
    """Why an agency must stay out: 政府采购法实施条例 art. 9, and the items' own rules."""

    EMPLOYMENT = "employment"
    DIRECTOR = "director"
    SHAREHOLDER = "shareholder"
    KINSHIP = "kinship"
    EARLIER_WORK = "earlier_work"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Avoided:
    """One line of the avoidance list (回避机构) as filled; ``place`` is its row in the form."""

    place: int
    asked: str
    tie: Tie | None
    note: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A person who watches the draw on the spot (现场见证)."""

    place: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that was filled; ``answers`` are those to the questions of the way itself."""

    title: str = ""
    item: str = ""
    summary: str = ""
    scale: str = ""
    requirements: str = ""
    staff: str = ""
    service_days: int | None = None
    region: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    complaint_phone: str = ""
    funding: Funding | None = None
    fiscal_percent: int | None = None
    needs_approval: bool = False
    approval_number: str = ""
    control_price_fen: int | None = None
    control_price_sure: bool = False
    amount_note: str = ""
    way: Way | None = None
    pool: Pool | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    deadline_at: datetime | None = None
    avoid: tuple[Avoided, ...] = ()
    witnesses: tuple[Witness, ...] = ()

    @property
    def only_pool(self) -> str | None:
        """The pool of a way that leaves no choice of one."""
        pools = WAYS[self.way].pools if self.way else ()
        return pools[0] if len(pools) == 1 else None

    @property
    def fiscal_share(self) -> int:
        """Percent of fiscal money: 100, 0, or what a mixed need says."""
        if self.funding is Funding.MIXED:
            return self.fiscal_percent or 0
        return 100 if self.funding is Funding.FISCAL else 0
