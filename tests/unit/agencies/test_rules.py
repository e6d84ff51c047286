"""Who may offer: every standing, every day around the end of a certificate."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.agencies.rules import ABLE, Reason, days_left, hindrance, holds, name_rank, stars_rank
from market.agencies.states import Standing
from market.kernel.clock import CITY_ZONE
from market.web.i18n import LOCALES, say

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_a_certificate_holds_through_its_last_day_in_the_city(last: date) -> None:
    midnight = datetime(last.year, last.month, last.day, tzinfo=CITY_ZONE) + timedelta(days=1)
    assert holds(last, midnight - timedelta(milliseconds=1))
    assert not holds(last, midnight)
    assert not holds(last, midnight.astimezone(UTC))


@given(DAYS, DAYS)
def test_days_left_agree_with_holding(last: date, today: date) -> None:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=CITY_ZONE)
    assert (days_left(last, noon) >= 0) is holds(last, noon)


@given(st.sampled_from(Standing), st.none() | DAYS, st.booleans())
def test_one_hindrance_is_enough_and_none_lets_through(
    standing: Standing, last: date | None, item_open: bool
) -> None:
    reason = hindrance(standing, last, NOW, item_open=item_open)
    fine = item_open and standing in {Standing.GOOD, Standing.WATCH} and holds(last, NOW)
    assert (reason is None) is fine


@pytest.mark.parametrize(
    ("standing", "last", "item_open", "reason"),
    [
        (Standing.GOOD, None, True, None),
        (Standing.WATCH, date(2026, 11, 23), True, None),
        (Standing.GOOD, date(2026, 11, 22), True, Reason.EXPIRED),
        (Standing.SUSPENDED, date(2030, 1, 1), True, Reason.SUSPENDED),
        (Standing.REMOVED, date(2020, 1, 1), True, Reason.REMOVED),
        (Standing.REMOVED, None, False, Reason.ITEM_CLOSED),
    ],
)
def test_the_reason_is_named(
    standing: Standing, last: date | None, item_open: bool, reason: Reason | None
) -> None:
    assert hindrance(standing, last, NOW, item_open=item_open) is reason


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_sentence(reason: Reason) -> None:
    assert not [locale for locale in LOCALES if say(locale, reason) == reason]


def test_able_are_exactly_those_whom_standing_does_not_hinder() -> None:
    assert set(ABLE) == {s for s in Standing if hindrance(s, None, NOW) is None}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10**9)), unique_by=lambda t: t[1]))
def test_better_stars_come_first_and_ranks_are_unique(rows: list[tuple[int, int]]) -> None:
    ranked = sorted(rows, key=lambda row: stars_rank(*row))
    assert ranked == sorted(rows, key=lambda row: (-row[0], row[1]))
    assert len({stars_rank(*row) for row in rows}) == len(rows)


def test_a_rank_is_a_number_that_databases_keep_and_never_below_zero() -> None:
    assert stars_rank(50, 1) == 1
    assert stars_rank(0, 999_999_999) == 50_000_999_999_999


def test_names_rank_by_spelling_then_number() -> None:
    assert name_rank("dazhou", 2) < name_rank("dazhou", 10) < name_rank("dazhoua", 1)
    assert name_rank("a" * 41, 1) == name_rank("a" * 40, 1) != name_rank("a" * 39, 1)
    assert name_rank("", 999_999_999) < name_rank("a", 0)
