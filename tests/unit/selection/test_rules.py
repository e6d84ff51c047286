"""Rules of a round: one point in time, enough applicants, a price that asks for an explanation."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.accounts.regions import RegionRules, rules_of
from market.kernel.errors import Kind, MarketError
from market.selection.rules import (
    UNNAMED,
    AtDeadline,
    Failure,
    Moved,
    at_deadline,
    is_overdue,
    must_be_in_time,
)
from market.selection.ways.price import far_below
from market.selection.ways.way import FarBelow
from signing.draw.pool import position_code
from signing.statements.redo import FAILURES

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
RULES = replace(
    rules_of("511702", NOW),
    min_applicants={"random": 1, "price": 3},
    min_after_extension={"random": 1, "price": 2},
    far_below_percent_of_mean=50,
    far_below_percent_of_second=50,
    far_below_percent_of_control=45,
)
PRICES = st.integers(1, 10**12)
PERCENT = st.integers(0, 100)


def test_a_round_fails_for_what_the_protocol_lists() -> None:
    assert set(Failure) == FAILURES


@given(st.timedeltas(timedelta(days=-40), timedelta(days=40)))
def test_the_deadline_is_one_point_and_belongs_to_the_late(early: timedelta) -> None:
    deadline = NOW + early
    if early > timedelta(0):
        must_be_in_time(NOW, deadline)
        return
    with pytest.raises(MarketError) as refused:
        must_be_in_time(NOW, deadline)
    assert (refused.value.key, refused.value.kind) == ("selection.late", Kind.CONFLICT)
    assert refused.value.facts == {"deadline": deadline}


@pytest.mark.parametrize(
    ("way", "pool", "count", "extended", "outcome"),
    [
        ("random", "qualified", 0, False, AtDeadline.FREEZE),
        ("random", "qualified", 0, True, AtDeadline.FREEZE),
        ("random", "applicants", 0, False, AtDeadline.EXTEND),
        ("random", "applicants", 0, True, AtDeadline.FAIL),
        ("random", "applicants", 1, False, AtDeadline.FREEZE),
        ("price", "applicants", 2, False, AtDeadline.EXTEND),
        ("price", "applicants", 3, False, AtDeadline.FREEZE),
        ("price", "applicants", 1, True, AtDeadline.FAIL),
        ("price", "applicants", 2, True, AtDeadline.FREEZE),
        ("price", "applicants", 3, True, AtDeadline.FREEZE),
    ],
)
def test_too_few_extend_once_and_then_the_region_decides(
    way: str, pool: str, count: int, extended: bool, outcome: AtDeadline
) -> None:
    assert at_deadline(way, pool, count, extended=extended, rules=RULES) is outcome


@given(
    st.sampled_from(["random", "price"]), st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)
)
def test_nobody_is_never_enough_and_no_round_is_extended_twice(
    way: str, least: int, later: int, count: int
) -> None:
    rules = replace(RULES, min_applicants={way: least}, min_after_extension={way: later})
    again = at_deadline(way, "applicants", count, extended=True, rules=rules)
    assert again is not AtDeadline.EXTEND
    if count == 0 < least:
        assert again is AtDeadline.FAIL
    if count >= least:
        assert again is AtDeadline.FREEZE


def test_the_region_s_own_numbers_are_such_that_somebody_must_come() -> None:
    region = rules_of("511702", NOW)
    assert set(region.min_applicants) >= {"random", "price"}
    assert min(region.min_applicants.values()) >= 1


@pytest.mark.parametrize(
    ("price", "others", "control", "found"),
    [
        (50, [100], 1000, FarBelow("control", 450)),
        (50, [100], 100, None),
        (49, [100], 100, FarBelow("second", 50)),
        (50, [100, 400], 100, FarBelow("mean", 92)),
        (99, [100, 400], 100, FarBelow("mean", 100)),  # half of the mean is 99.83
        (100, [100, 400], 100, None),
        (44, [45], 100, FarBelow("control", 45)),
        (45, [45], 100, None),
        (44, [], 100, FarBelow("control", 45)),
        (45, [], 100, None),
        (45_000, [], 100_001, FarBelow("control", 45_001)),  # 45 % are 45,000.45 fen
        (45_001, [], 100_001, None),
        (49, [100], None, FarBelow("second", 50)),
        (1, [], None, None),
    ],
)
def test_which_measure_a_price_falls_under(
    price: int, others: list[int], control: int | None, found: FarBelow | None
) -> None:
    assert far_below(price, others, control, RULES) == found


def measured(price: int, others: list[int], control: int, rules: RegionRules) -> bool:
    """The same in exact fractions."""
    everyone = [price, *others]
    bounds = [Fraction(control * rules.far_below_percent_of_control, 100)]
    if others:
        bounds.append(Fraction(min(others) * rules.far_below_percent_of_second, 100))
        mean = Fraction(sum(everyone), len(everyone))
        bounds.append(mean * rules.far_below_percent_of_mean / 100)
    return any(price < bound for bound in bounds)


@given(PRICES, st.lists(PRICES, max_size=6), PRICES, PERCENT, PERCENT, PERCENT)
def test_a_price_is_flagged_exactly_when_it_lies_under_a_bound(
    price: int, others: list[int], control: int, mean: int, second: int, of_control: int
) -> None:
    rules = replace(
        RULES,
        far_below_percent_of_mean=mean,
        far_below_percent_of_second=second,
        far_below_percent_of_control=of_control,
    )
    found = far_below(price, others, control, rules)
    assert (found is not None) == measured(price, others, control, rules)
    if found:
        assert price < found.bound_fen
        assert far_below(found.bound_fen, others, control, rules) != found


@given(PRICES, st.lists(PRICES, min_size=1, max_size=6), PRICES)
def test_the_order_of_the_others_plays_no_part(price: int, others: list[int], control: int) -> None:
    assert far_below(price, others, control, RULES) == far_below(
        price, sorted(others), control, RULES
    )


@pytest.mark.parametrize(
    ("until", "flagged", "overdue"),
    [
        (NOW, True, True),
        (NOW - timedelta(days=1), True, True),
        (NOW + timedelta(milliseconds=1), True, False),
        (NOW, False, False),
        (None, True, False),
    ],
)
def test_an_explanation_is_overdue_when_the_publicity_ends(
    until: datetime | None, flagged: bool, overdue: bool
) -> None:
    assert is_overdue(until, NOW, flagged=flagged) is overdue


def test_codes_count_from_one_and_never_repeat() -> None:
    assert [position_code(n) for n in (0, 8, 98, 99)] == ["甲-01", "甲-09", "甲-99", "甲-100"]
    assert len({position_code(n) for n in range(2000)}) == 2000


def test_the_causes_are_those_of_the_protocol() -> None:
    protocol = Path("signing/PROTOCOL.md").read_text("utf-8")
    causes = protocol.partition("Causes:")[2].partition(".")[0]
    assert set(re.findall(r"`([A-Z_]+)`", causes)) == {str(cause) for cause in Moved}


def test_only_who_cannot_be_read_or_bound_stays_unnamed() -> None:
    assert {m for m in Moved if m in UNNAMED} == {
        Moved.IDENTITY_UNREADABLE,
        Moved.IDENTITY_UNBOUND,
        Moved.SIGNATURE_BAD,
    }
