"""Working days: the official list with its made-up Saturdays, plain weeks beyond it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.calendar import add_working_days, end_of_day, is_official, is_working_day
from market.kernel.clock import CITY_ZONE


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),  # New Year's Eve of the old calendar, a Monday
        (date(2026, 2, 17), False),
        (date(2026, 2, 28), True),  # another such Saturday
        (date(2026, 5, 1), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_the_year_2026_as_the_state_council_published_it(day: date, works: bool) -> None:
    assert is_official(day)
    assert is_working_day(day) is works


def test_beyond_the_list_saturdays_and_sundays_are_free() -> None:
    week = [date(2099, 6, 1) + timedelta(days=n) for n in range(7)]
    assert not any(is_official(day) for day in week)
    assert [is_working_day(day) for day in week] == [day.weekday() < 5 for day in week]


def test_a_region_closes_on_days_of_its_own() -> None:
    monday = date(2026, 11, 23)
    assert is_working_day(monday)
    assert not is_working_day(monday, {monday})
    start = datetime(2026, 11, 20, 9, 0, tzinfo=CITY_ZONE)
    assert add_working_days(start, 1, {monday}).date() == date(2026, 11, 24)


def test_the_day_of_the_beginning_does_not_count() -> None:
    friday = datetime(2026, 11, 20, 16, 45, tzinfo=CITY_ZONE)
    assert add_working_days(friday, 1) == datetime(2026, 11, 23, 16, 45, tzinfo=CITY_ZONE)
    assert add_working_days(friday, 0) == friday


def test_the_days_are_those_of_the_city_not_of_utc() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # Monday, one in the morning
    assert add_working_days(late, 1) == datetime(2026, 11, 24, 1, 0, tzinfo=CITY_ZONE)


def test_the_national_holiday_is_jumped_over() -> None:
    before = datetime(2026, 9, 30, 10, 0, tzinfo=CITY_ZONE)
    assert add_working_days(before, 1).date() == date(2026, 10, 8)


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(1, 40))
def test_the_last_day_is_a_working_day_and_exactly_so_many_lie_between(
    day: date, days: int
) -> None:
    start = datetime(day.year, day.month, day.day, 9, 0, tzinfo=CITY_ZONE)
    end = add_working_days(start, days)
    between = [day + timedelta(days=n) for n in range(1, (end.date() - day).days + 1)]
    assert sum(is_working_day(one) for one in between) == days
    assert is_working_day(end.date())
    assert end.timetz() == start.timetz()


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(1, 40))
def test_so_many_back_and_forth_again_is_the_same_working_day(day: date, days: int) -> None:
    start = datetime.combine(day, datetime.min.time(), CITY_ZONE)
    back = add_working_days(start, -days)
    assert is_working_day(back.date())
    assert add_working_days(back, days - 1) < start <= add_working_days(back, days)


def test_offices_close_at_half_past_five() -> None:
    assert end_of_day(date(2026, 11, 23)).astimezone(UTC) == datetime(
        2026, 11, 23, 9, 30, tzinfo=UTC
    )
