"""Time: a clock is a function that is passed in; rules take ``now``.

Only this module reads the machine's clock. Deadlines are instants in UTC; what people see is the
city's wall time (``CITY_ZONE``), whatever the server's own zone.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

CITY_ZONE = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """The machine's instant, aware, UTC, cut to milliseconds as the ledger writes it."""
    return to_millisecond(datetime.now(UTC))  # noqa: TID251 - this is the one home of the clock


def to_millisecond(at: datetime) -> datetime:
    """``at`` in UTC without the microseconds that canonical times do not carry (PROTOCOL.md §1)."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def local(at: datetime) -> datetime:
    """``at`` on the city's wall clock."""
    return at.astimezone(CITY_ZONE)
