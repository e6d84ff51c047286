"""Working days: the official lists, statutory holidays beyond them, an operator's and own days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.calendar import Calendar, HolidayList, end_of_day
from market.kernel.clock import CITY_ZONE

CALENDAR = Calendar()


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CITY_ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 4), True),  # a Sunday worked for New Year
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),  # New Year's Eve of the old calendar, a Monday
        (date(2026, 2, 17), False),
        (date(2026, 2, 23), False),  # a Monday given for a worked Saturday
        (date(2026, 2, 28), True),  # another such Saturday
        (date(2026, 5, 1), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_the_year_2026_as_the_state_council_published_it(day: date, works: bool) -> None:
    assert CALENDAR.is_official(day)
    assert CALENDAR.is_working_day(day) is works


# 全国年节及纪念日放假办法 art. 2 (as of 2025); New Year's Eve of the old calendar comes second.
STATUTORY = {
    2027: [(1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2), (6, 9), (9, 15)],
    2031: [(1, 1), (1, 22), (1, 23), (1, 24), (1, 25), (4, 5), (5, 1), (5, 2), (6, 24), (10, 3)],
    2099: [(1, 1), (1, 20), (1, 21), (1, 22), (1, 23), (4, 4), (5, 1), (5, 2), (6, 23), (9, 29)],
}


@pytest.mark.parametrize("year", STATUTORY)
def test_beyond_the_lists_the_statutory_holidays_and_weekends_are_free(year: int) -> None:
    free = {date(year, *day) for day in [*STATUTORY[year], (10, 1), (10, 2), (10, 3)]}
    first = date(year, 1, 1)
    year_round = [first + timedelta(days=n) for n in range(365)]
    assert not any(CALENDAR.is_official(day) for day in year_round)
    weekdays = {day for day in year_round if day.weekday() < 5}
    assert {day for day in weekdays if not CALENDAR.is_working_day(day)} == free & weekdays
    assert not any(CALENDAR.is_working_day(day) for day in year_round if day.weekday() > 4)


def test_what_is_counted_through_a_year_without_a_list_is_provisional() -> None:
    late = at(2026, 12, 30)
    assert CALENDAR.add(late, 2).date() == date(2027, 1, 4)  # 1 January is a Friday and free
    assert CALENDAR.is_provisional(late, CALENDAR.add(late, 2))
    assert not CALENDAR.is_provisional(late, CALENDAR.add(late, 1))
    assert CALENDAR.is_provisional(at(2026, 12, 1), at(2028, 1, 1))


def test_the_operators_list_of_a_year_counts_before_what_is_computed() -> None:
    listed = HolidayList(
        frozenset({date(2027, 1, 1), date(2027, 1, 4)}), frozenset({date(2027, 1, 9)})
    )
    added = Calendar({2027: listed})
    assert added.is_official(date(2027, 6, 1))
    assert not added.is_provisional(at(2026, 12, 30), at(2027, 12, 31))
    assert added.add(at(2026, 12, 31), 5).date() == date(2027, 1, 9)  # a Saturday that is worked
    assert CALENDAR.add(at(2026, 12, 31), 5).date() == date(2027, 1, 8)


def test_a_region_closes_on_days_of_its_own() -> None:
    monday, saturday = date(2026, 11, 23), date(2026, 2, 14)
    assert CALENDAR.is_working_day(monday)
    closing = CALENDAR.closing([monday]).closing([saturday])
    assert not closing.is_working_day(monday)
    assert not closing.is_working_day(saturday)
    assert closing.add(at(2026, 11, 20), 1).date() == date(2026, 11, 24)


def test_the_day_of_the_beginning_does_not_count() -> None:
    friday = at(2026, 11, 20, 16, 45)
    assert CALENDAR.add(friday, 1) == at(2026, 11, 23, 16, 45)
    assert CALENDAR.add(friday, 0) == friday


@pytest.mark.parametrize(  # due dates worked out by hand (94号令 10 and 17, 87号令 68)
    ("start", "days", "due"),
    [
        (date(2026, 9, 24), 7, date(2026, 10, 12)),
        (date(2026, 2, 10), 15, date(2026, 3, 9)),
        (date(2026, 4, 30), 5, date(2026, 5, 11)),
        (date(2026, 9, 28), 5, date(2026, 10, 10)),
    ],
)
def test_worked_cases(start: date, days: int, due: date) -> None:
    assert CALENDAR.add(at(start.year, start.month, start.day), days).date() == due


def test_the_days_are_those_of_the_city_not_of_utc() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # Monday, one in the morning
    assert CALENDAR.add(late, 1) == at(2026, 11, 24, 1)


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(1, 40))
def test_the_last_day_is_a_working_day_and_exactly_so_many_lie_between(
    day: date, days: int
) -> None:
    start = at(day.year, day.month, day.day)
    end = CALENDAR.add(start, days)
    between = [day + timedelta(days=n) for n in range(1, (end.date() - day).days + 1)]
    assert sum(CALENDAR.is_working_day(one) for one in between) == days
    assert CALENDAR.is_working_day(end.date())
    assert end.timetz() == start.timetz()


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(1, 40))
def test_so_many_back_and_forth_again_is_the_same_working_day(day: date, days: int) -> None:
    start = datetime.combine(day, datetime.min.time(), CITY_ZONE)
    back = CALENDAR.add(start, -days)
    assert CALENDAR.is_working_day(back.date())
    assert CALENDAR.add(back, days - 1) < start <= CALENDAR.add(back, days)


def test_offices_close_at_half_past_five() -> None:
    assert end_of_day(date(2026, 11, 23)).astimezone(UTC) == datetime(
        2026, 11, 23, 9, 30, tzinfo=UTC
    )
