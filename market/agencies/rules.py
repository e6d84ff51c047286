"""Whether an agency may offer an item at an instant, and how agencies are ordered. Pure.

An agency may when it is registered for the item, the item is open, its standing is good or watched,
and the certificate that the law demands for the item holds that day. A certificate counts through
the whole of the last day printed on it, on the city's clock. Where the law demands no certificate
there is none to expire. What it does not decide: avoidance, group ties and the red list of a single
round.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from market.agencies.states import Standing
from market.kernel.clock import local

MAX_STARS: Final = 50  # in tenths, as below
ASSUMED_STARS: Final = 30
ASSUMED_RATINGS: Final = 5


class Reason(StrEnum):
    """Why not; the value is the key of the sentence."""

    NOT_REGISTERED = "agencies.reason.not_registered"
    ITEM_CLOSED = "agencies.reason.item_closed"
    REMOVED = "agencies.reason.removed"
    SUSPENDED = "agencies.reason.suspended"
    EXPIRED = "agencies.reason.expired"


_BARRED: Final = {Standing.REMOVED: Reason.REMOVED, Standing.SUSPENDED: Reason.SUSPENDED}
ABLE: Final = tuple(s for s in Standing if s not in _BARRED)


def hindrance(
    standing: Standing, valid_until: date | None, now: datetime, *, item_open: bool = True
) -> Reason | None:
    """The first reason against a registered agency at ``now``; None when it may.

    ``valid_until`` is the last day of the certificate, None where no certificate is demanded.
    """
    if not item_open:
        return Reason.ITEM_CLOSED
    if standing in _BARRED:
        return _BARRED[standing]
    if not holds(valid_until, now):
        return Reason.EXPIRED
    return None


def holds(valid_until: date | None, now: datetime) -> bool:
    """Whether a certificate with that last day holds at ``now``."""
    return valid_until is None or today(now) <= valid_until


def days_left(valid_until: date, now: datetime) -> int:
    """Whole days after today on which the certificate still holds; negative once it is over."""
    return (valid_until - today(now)).days


def today(now: datetime) -> date:
    """The city's date."""
    return local(now).date()


def weighed_stars(stars: int, ratings: int) -> int:
    """Stars in thousandths with how many have rated: a single five does not beat fifty times 4.8.

    As if ``ASSUMED_RATINGS`` more had given ``ASSUMED_STARS``; ``stars`` in tenths; 0 when nobody
    has rated. The list of agencies tells the rule.
    """
    if ratings == 0:
        return 0
    given = ASSUMED_STARS * ASSUMED_RATINGS + stars * ratings
    return 100 * given // (ASSUMED_RATINGS + ratings)


def stars_rank(stars: int, ratings: int, number: int) -> int:
    """A unique sort value, best weighed stars first, older entries first among equals."""
    return (100 * MAX_STARS - weighed_stars(stars, ratings)) * 10**12 + number


def name_rank(spelling: str, number: int) -> str:
    """A unique sort value by pinyin; letters and digits only, which all databases sort alike."""
    return f"{spelling[:40]}{number:09d}"
