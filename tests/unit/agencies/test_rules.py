"""Who may offer: every standing, every day around the end of a certificate."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.agencies.rules import (
    ABLE,
    Reason,
    days_left,
    hindrance,
    holds,
    name_rank,
    stars_rank,
    weighed_stars,
)
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


RATED = st.tuples(st.integers(0, 50), st.integers(0, 10**6), st.integers(1, 10**9))


@given(st.lists(RATED, unique_by=lambda rated: rated[2]))
def test_better_weighed_stars_come_first_and_ranks_are_unique(
    rows: list[tuple[int, int, int]],
) -> None:
    ranked = sorted(rows, key=lambda row: stars_rank(*row))
    assert ranked == sorted(rows, key=lambda row: (-weighed_stars(*row[:2]), row[2]))
    ranks = {stars_rank(*row) for row in rows}
    assert len(ranks) == len(rows)
    assert all(0 < rank < 2**63 for rank in ranks)


def test_stars_weigh_by_how_many_have_given_them() -> None:
    assert weighed_stars(48, 50) > weighed_stars(50, 1) > weighed_stars(30, 1)
    assert [weighed_stars(50, n) for n in (1, 5, 95)] == [3333, 4000, 4900]
    assert weighed_stars(50, 0) == 0 < weighed_stars(10, 1)


def test_what_stood_in_databases_is_ranked_alike() -> None:
    rank = import_module("market.migrations.0011_stars_weighed_by_ratings").RANK.format(a="")
    rows = [(stars, ratings, 7) for stars in range(51) for ratings in (0, 1, 4, 5, 17, 250)]
    with closing(sqlite3.connect(":memory:")) as database:
        asked = f"SELECT {rank} FROM (SELECT ? AS stars, ? AS ratings, ? AS number)"  # noqa: S608 - our own
        assert [database.execute(asked, row).fetchone()[0] for row in rows] == [
            stars_rank(*row) for row in rows
        ]


def test_names_rank_by_spelling_then_number() -> None:
    assert name_rank("dazhou", 2) < name_rank("dazhou", 10) < name_rank("dazhoua", 1)
    assert name_rank("a" * 41, 1) == name_rank("a" * 40, 1) != name_rank("a" * 39, 1)
    assert name_rank("", 999_999_999) < name_rank("a", 0)
