"""Each limit of a need at its exact value: the last that passes, the first that does not."""

from datetime import timedelta

import pytest

from market.accounts.regions import rules_of
from market.kernel.clock import local
from market.kernel.money import MAX_FEN
from market.projects.rules import Draft, breaches, read, warnings
from market.projects.rules.asking import SHORTEST_SUMMARY, SHORTEST_TITLE
from market.projects.rules.reading import MAX_DAYS
from market.projects.rules.steps import AVOID_ROWS, LENGTHS, WITNESS_ROWS
from tests.factories.needs import ITEM, NOW, setting, typed

FREE = {"funding": "social", "way": "random", "fee_kind": "open"}
LIMIT = rules_of("511702", NOW).purchase_threshold_fen
LATEST = local(NOW + timedelta(days=rules_of("511702", NOW).sign_up_max_days))


def said(spent_fen: int = 0, **changes: str) -> set[tuple[str, str]]:
    """Everything that is found: field and sentence, whether it blocks or warns."""
    draft, unread = read(typed(**changes))
    given = setting(spent_fen=spent_fen)
    found = [*breaches(draft, given, unread), *warnings(draft, given)]
    return {(each.field, each.key) for each in found}


def test_a_form_that_nobody_filled_is_an_empty_draft() -> None:
    draft, unread = read({})
    assert (draft, unread) == (Draft(), [])


def test_nobody_asks_for_the_pool_of_a_way_that_has_one() -> None:
    assert said(way="price", pool="") == set()
    pools = [read({"way": way})[0].only_pool for way in ("", "random", "price")]
    assert pools == [None, None, "applicants"]


def yuan(fen: int) -> dict[str, str]:
    return {"control_price": f"{fen // 100}.{fen % 100:02d}", "control_unit": "yuan"}


@pytest.mark.parametrize("name", sorted(LENGTHS))
def test_a_text_is_as_long_as_its_limit_and_no_longer(name: str) -> None:
    most = LENGTHS[name]
    too_long = (name, "project.unread.too_long")
    assert too_long not in said(**{"way": "random", name: "字" * most})
    assert too_long in said(**{"way": "random", name: "字" * (most + 1)})
    draft, _ = read({"way": "random", name: "字" * most})
    assert "字" * most in repr(draft)


@pytest.mark.parametrize("name", ["item", "region"])
def test_what_has_no_length_of_its_own_has_sixty_characters(name: str) -> None:
    assert (name, "project.unread.too_long") not in said(**{name: "a" * 60})
    assert (name, "project.unread.too_long") in said(**{name: "a" * 61})


@pytest.mark.parametrize(
    ("name", "least", "key"),
    [
        ("title", SHORTEST_TITLE, "project.title.short"),
        ("summary", SHORTEST_SUMMARY, "project.summary.short"),
    ],
)
def test_a_text_says_something(name: str, least: int, key: str) -> None:
    assert (SHORTEST_TITLE, SHORTEST_SUMMARY) == (6, 20)
    assert said(**{name: "字" * (least - 1)}) == {(name, key)}
    assert said(**{name: "字" * least}) == set()


@pytest.mark.parametrize(
    ("name", "low", "high", "more"),
    [
        ("service_days", 1, MAX_DAYS, {}),
        ("fiscal_percent", 1, 99, {"funding": "mixed"}),
    ],
)
def test_a_number_lies_within_its_bounds(
    name: str, low: int, high: int, more: dict[str, str]
) -> None:
    unread = (name, "project.unread.number")
    for number in (low - 1, high + 1, 10**6, -1):
        assert unread in said(**{name: str(number)}, **more), number
    for number in (low, high):
        assert unread not in said(**{name: str(number)}, **more), number
        draft, _ = read({name: str(number)})
        assert getattr(draft, name) == number
    assert unread not in said(**{name: f"{high:06d}"}, **more)
    assert unread in said(**{name: f"{high:07d}"}, **more)


def test_an_item_s_days_end_with_its_limit() -> None:
    assert ITEM.time_limit_days == 40
    assert said(service_days="40") == set()
    assert said(service_days="41") == {("service_days", "project.days.beyond_item")}


@pytest.mark.parametrize(
    ("fen", "keys"),
    [
        (2_000_000 - 1, {"project.price.unusual"}),
        (2_000_000, set()),
        (15_000_000, set()),
        (15_000_000 + 1, {"project.price.unusual"}),
        (LIMIT - 1, {"project.price.unusual"}),
        (LIMIT, {"project.price.unusual", "project.price.procurement"}),
    ],
)
def test_a_price_at_each_of_its_bounds(fen: int, keys: set[str]) -> None:
    assert {key for _, key in said(**yuan(fen))} == keys


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"way": "price"}, ("control_price", "project.price.needed_by_way")),
        (
            {"way": "random", "fee_kind": "fixed"},
            ("control_price", "project.price.needed_by_budget"),
        ),
        ({**FREE, "amount_note": ""}, ("amount_note", "project.missing.amount_note")),
    ],
)
def test_what_is_missing_without_a_price(changes: dict[str, str], finding: tuple[str, str]) -> None:
    assert said(**{"control_price": "", **changes}) == {finding}


def test_splitting_begins_where_the_sum_reaches_the_threshold() -> None:
    price = yuan(10_000_000)
    assert said(spent_fen=LIMIT - 10_000_001, **price) == set()
    assert said(spent_fen=LIMIT - 10_000_000, **price) == {
        ("control_price", "project.price.splitting")
    }


def test_the_largest_sum_is_read_to_the_fen_and_the_next_one_is_not() -> None:
    for text, unit in (("100000000000.00", "yuan"), ("10,000,000", "wan")):
        draft, unread = read(typed(control_price=text, control_unit=unit, **FREE))
        assert (draft.control_price_fen, unread) == (MAX_FEN, [])
    too_large = ("control_price", "money.too_large")
    assert too_large in said(control_price="100000000000.01", control_unit="yuan", **FREE)
    assert too_large in said(control_price="10000000.000001", control_unit="wan", **FREE)
    assert too_large in said(control_price=str(2**53), control_unit="yuan", **FREE)
    long = f"{'0' * 38}85"
    assert said(control_price=long, control_unit="yuan", **FREE) == {
        ("control_price", "project.price.unusual"),
        ("control_price_sure", "project.price.low_unit"),
    }
    assert ("control_price", "money.not_a_sum") in said(control_price=f"0{long}", **FREE)


@pytest.mark.parametrize(
    ("time", "keys"),
    [
        ("2026-12-01T08:59", {"project.deadline.after_hours"}),
        ("2026-12-01T09:00", set()),
        ("2026-12-01T17:30", set()),
        ("2026-12-01T17:31", {"project.deadline.after_hours"}),
        ("2026-12-05T10:00", {"project.deadline.day_off"}),
        (f"{LATEST:%Y-%m-%dT%H:%M}", set()),
        (f"{LATEST + timedelta(minutes=1):%Y-%m-%dT%H:%M}", {"project.deadline.late"}),
        ("2026-12-01T24:00", {"project.unread.time"}),
        ("2100-01-01T10:00", {"project.unread.time"}),
    ],
)
def test_a_deadline_at_each_of_its_bounds(time: str, keys: set[str]) -> None:
    assert {key for _, key in said(deadline_at=time)} == keys


@pytest.mark.parametrize(
    ("number", "fine"),
    [
        ("0818-123456", False),
        ("0818-1234567", True),
        ("0818-12345678", True),
        ("0818-123456789", False),
        ("010-12345678", True),
        ("01-12345678", False),
        ("08180-12345678", False),
        ("0818-1234567-1", True),
        ("0818-1234567-123456", True),
        ("0818-1234567-1234567", False),
        ("12912345678", False),
        ("13912345678", True),
        ("1391234567", False),
        ("139123456789", False),
        ("0139-12345678-1", False),  # a person's, which would stand whole in the announcement
        ("400-123-4567", True),
        ("12345", True),
        ("1234", False),
    ],
)
def test_a_number_to_call_has_its_digits(number: str, fine: bool) -> None:
    unread = ("contact_phone", "project.unread.phone")
    assert (unread not in said(contact_phone=number)) is fine


def test_the_rows_of_the_lists_are_read_to_the_last_and_no_further() -> None:
    rows = {f"avoid_{n}": f"机构{n}" for n in range(1, AVOID_ROWS + 2)}
    rows |= {f"witness_{n}": f"见证{n}" for n in range(1, WITNESS_ROWS + 2)}
    draft, _ = read(rows)
    assert [row.place for row in draft.avoid] == [1, 2, 3, 4, 5]
    assert [row.place for row in draft.witnesses] == [1, 2, 3]
