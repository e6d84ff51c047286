"""Working days (工作日): the State Council's lists, what is known beyond them, a region's own days.

The published lists come with the package ``holidays``; an operator adds a newer one as a file
(``infra/holiday_lists``). In a year without a list Saturdays, Sundays and the statutory holidays
that can be computed are free (全国年节及纪念日放假办法 art. 2); which days are moved to make weeks
of them only a list can say, so what is counted through such a year is provisional.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Self

from market.kernel.clock import CITY_ZONE, local


@dataclass(frozen=True, slots=True)
class HolidayList:
    """One year's days that are free, and weekends that are worked; by a list, or computed."""

    free: frozenset[date]
    worked: frozenset[date]
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """``lists`` by year count before those of the package; ``closed`` are a region's days off."""

    lists: Mapping[int, HolidayList] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    def closing(self, days: Iterable[date]) -> Self:
        """The same with a region's own days off."""
        return replace(self, closed=self.closed | frozenset(days))

    def is_official(self, day: date) -> bool:
        """Whether the State Council's list covers ``day``."""
        return day.year in self.lists or _known(day.year).is_listed

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        year = self.lists.get(day.year) or _known(day.year)
        if day in self.closed or day in year.free:
            return False
        return day.weekday() < 5 or day in year.worked

    def add(self, start: datetime, days: int) -> datetime:
        """The same wall time ``days`` working days later; the day of ``start`` does not count.

        民法典 art. 201: the day on which a period begins is left out. Fewer than none go back.
        """
        moment = local(start)
        day, step = moment.date(), timedelta(days=1 if days > 0 else -1)
        for _ in range(abs(days)):
            day += step
            while not self.is_working_day(day):
                day += step
        return datetime.combine(day, moment.timetz())

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Whether a list that is still to come may move what was counted from one to the other."""
        return not all(map(self.is_official, _new_years(local(start).date(), local(end).date())))


def end_of_day(day: date) -> datetime:
    """The last full minute of office hours in common use, 17:30 on the city's clock."""
    return datetime.combine(day, time(17, 30), CITY_ZONE)


@cache
def _known(year: int) -> HolidayList:
    from holidays.countries import china as package  # noqa: PLC0415 - it comes with 250 others

    listed = year in package.ChinaStaticHolidays.special_public_holidays
    china = package.China(years=year, observed=listed)  # type: ignore[no-untyped-call]  # its constructor
    worked = (day for day in china.weekend_workdays if day.year == year)
    return HolidayList(frozenset(china), frozenset(worked if listed else ()), is_listed=listed)


def _new_years(start: date, end: date) -> Iterator[date]:
    for year in range(start.year, end.year + 1):
        yield date(year, 1, 1)
