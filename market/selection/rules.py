"""What must hold in a round; pure. Bytes and proofs are ``signing``'s, here is the business.

Sources: PROTOCOL.md §4–§6; numbers are region settings.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from market.kernel.errors import Kind, MarketError
from signing.ways.pools import POOLS

if TYPE_CHECKING:
    from datetime import datetime

    from market.accounts.regions import RegionRules


class AtDeadline(StrEnum):
    """What the deadline does."""

    FREEZE = "freeze"
    EXTEND = "extend"
    FAIL = "fail"


class Failure(StrEnum):
    """Why a round ends without a result (closed list, PROTOCOL.md §3a)."""

    NOT_CONTRIBUTED = "NOT_CONTRIBUTED"
    TOO_FEW = "TOO_FEW"
    CONTRIBUTION_BAD = "CONTRIBUTION_BAD"
    NOBODY_FIT = "NOBODY_FIT"
    EXHAUSTED = "EXHAUSTED"


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
    if not POOLS[pool].applied_for:
        return AtDeadline.FREEZE
    if count >= rules.min_applicants[way]:
        return AtDeadline.FREEZE
    if not extended:
        return AtDeadline.EXTEND
    if count >= max(1, rules.min_after_extension[way]):
        return AtDeadline.FREEZE
    return AtDeadline.FAIL


def is_overdue(publicity_until: datetime | None, now: datetime, *, flagged: bool) -> bool:
    """Whether the explanation of a price did not come while the result was public."""
    return flagged and publicity_until is not None and now >= publicity_until
