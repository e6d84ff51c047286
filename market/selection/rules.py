"""What must hold in a round; pure. Bytes and proofs are ``signing``'s, here is the business.

Sources: PROTOCOL.md §4–§6; numbers are region settings; a price far below the others is asked to be
explained after 87号令 art. 60 (thresholds: region settings modelled on 财办库〔2024〕265号).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from market.kernel.errors import Kind, MarketError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from market.accounts.regions import RegionRules


class AtDeadline(StrEnum):
    """What the deadline does."""

    FREEZE = "freeze"
    EXTEND = "extend"
    FAIL = "fail"


class Moved(StrEnum):
    """Why the next in line follows the one that was drawn (closed list, PROTOCOL.md §5.4)."""

    IDENTITY_UNREADABLE = "IDENTITY_UNREADABLE"
    IDENTITY_UNBOUND = "IDENTITY_UNBOUND"
    SIGNATURE_BAD = "SIGNATURE_BAD"
    NOT_QUALIFIED = "NOT_QUALIFIED"
    AVOIDED = "AVOIDED"
    EXPLANATION_REFUSED = "EXPLANATION_REFUSED"


# Whoever fell away for these stays unnamed unless the escrow is opened on a regulator's order.
UNNAMED = frozenset({Moved.IDENTITY_UNREADABLE, Moved.IDENTITY_UNBOUND, Moved.SIGNATURE_BAD})


def must_be_in_time(at: datetime, deadline: datetime) -> None:
    """Refuse at or after the deadline: it is one point in time (电子招标投标办法 art. 27)."""
    if at >= deadline:
        raise MarketError("selection.late", Kind.CONFLICT, deadline=deadline)


def at_deadline(
    way: str, pool: str, count: int, *, extended: bool, rules: RegionRules
) -> AtDeadline:
    """Too few applicants: extend once, then as the region decided (region setting)."""
    if pool == "qualified":
        return AtDeadline.FREEZE
    if count >= rules.min_applicants[way]:
        return AtDeadline.FREEZE
    if not extended:
        return AtDeadline.EXTEND
    if count >= max(1, rules.min_after_extension[way]):
        return AtDeadline.FREEZE
    return AtDeadline.FAIL


@dataclass(frozen=True, slots=True)
class FarBelow:
    """Why a price must be explained: the measure that it falls under, and that bound in fen."""

    measure: str
    bound_fen: int


def far_below(
    price_fen: int, others_fen: Sequence[int], control_fen: int, rules: RegionRules
) -> FarBelow | None:
    """Whether the winning price is far below the second price, everyone's mean or the control."""
    bounds = [("control", control_fen * rules.far_below_percent_of_control // 100)]
    if others_fen:
        second = min(others_fen) * rules.far_below_percent_of_second // 100
        everyone = sum(others_fen) + price_fen
        mean = everyone * rules.far_below_percent_of_mean // (100 * (len(others_fen) + 1))
        bounds = [("second", second), ("mean", mean), *bounds]
    return next((FarBelow(m, b) for m, b in bounds if price_fen < b), None)


def is_overdue(publicity_until: datetime | None, now: datetime, *, flagged: bool) -> bool:
    """Whether the explanation of a price did not come while the result was public."""
    return flagged and publicity_until is not None and now >= publicity_until
