"""Working days (工作日): the official holidays of the State Council, a region's own days on top.

The official list comes with the package ``chinesecalendar`` and ends with the last published year;
beyond it Saturdays and Sundays are free, and ``is_official`` says so.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import chinese_calendar

from market.kernel.clock import CITY_ZONE, local

_OFFICIAL_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


def is_official(day: date) -> bool:
    """Whether the State Council's list covers ``day``."""
    return day.year in _OFFICIAL_YEARS


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """Whether offices work on ``day``; ``closed`` are the region's own days off."""
    if day in closed:
        return False
    if is_official(day):
        return bool(chinese_calendar.is_workday(day))  # type: ignore[no-untyped-call]  # the package has no types
    return day.weekday() < 5


def add_working_days(start: datetime, days: int, closed: Collection[date] = ()) -> datetime:
    """The same wall time ``days`` working days later; the day of ``start`` does not count.

    民法典 art. 201: the day on which a period begins is not counted in. Fewer than none go back.
    """
    moment = local(start)
    day, step = moment.date(), timedelta(days=1 if days > 0 else -1)
    for _ in range(abs(days)):
        day += step
        while not is_working_day(day, closed):
            day += step
    return datetime.combine(day, moment.timetz())


def end_of_day(day: date) -> datetime:
    """The last full minute of office hours in common use, 17:30 on the city's clock."""
    return datetime.combine(day, time(17, 30), CITY_ZONE)
