"""The invented register: always the same, nobody's, with everything that a page must show."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest

from market.agencies.invent import HOW_MANY, STEADY, Invented, World, credit_code, invent
from market.agencies.states import Standing
from market.catalogue.seed import listed
from market.kernel.ids import must_be_credit_code
from market.web.data import data

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    vocabulary = json.loads((data("fixtures") / "agencies" / "vocabulary.json").read_text("utf-8"))
    items = {row["code"]: row for row in listed("items") if row.get("state") != "closed"}
    return World(vocabulary, items, ["511702", "511703", "511722"], TODAY)


@pytest.fixture(scope="module")
def made(world: World) -> list[Invented]:
    return [invent(number, world) for number in range(1, HOW_MANY + 1)]


def test_there_are_634_with_codes_of_their_own(made: list[Invented]) -> None:
    assert len(made) == 634
    assert made[0].agency["code"] == "ag-0001"
    assert made[-1].agency["code"] == "ag-0634"
    assert len({m.agency["credit_code"] for m in made}) == 634
    assert len({m.agency["name"] for m in made}) == 634


def test_every_credit_code_passes_both_check_digits_and_is_nobodys(made: list[Invented]) -> None:
    for m in made:
        code = must_be_credit_code(m.agency["credit_code"], demo=True)
        assert code[2:8] == "511799"


def test_credit_codes_do_not_repeat_in_a_million() -> None:
    assert len({credit_code(n)[8:16] for n in range(1, 100_001)}) == 100_000


def test_the_same_number_is_the_same_agency(world: World, made: list[Invented]) -> None:
    assert [invent(n, world) for n in (1, 23, 634)] == [made[0], made[22], made[633]]


def test_every_open_item_has_agencies_that_may_take_it(made: list[Invented], world: World) -> None:
    fine = Counter(
        offer["item"]
        for m in made
        for offer in m.offers
        if m.agency["standing"] is Standing.GOOD
        and (offer["valid_until"] is None or offer["valid_until"] >= TODAY)
    )
    assert set(fine) == set(world.items)
    assert min(fine.values()) >= 6


def test_every_standing_and_every_state_of_a_certificate_occurs(made: list[Invented]) -> None:
    assert {m.agency["standing"] for m in made} == set(Standing)
    days = [o["valid_until"] for m in made for o in m.offers if o["valid_until"]]
    assert any(d < TODAY for d in days)
    assert any(TODAY <= d < TODAY + timedelta(days=30) for d in days)


def test_the_first_ones_can_be_counted_on(made: list[Invented]) -> None:
    for m in made[:STEADY]:
        assert m.agency["standing"] is Standing.GOOD
        assert all(o["valid_until"] is None or o["valid_until"] > TODAY for o in m.offers)
    assert all(m.offers[0]["item"] == "soil-conservation" for m in made[:6])


def test_certificates_are_shown_only_where_the_law_asks(made: list[Invented], world: World) -> None:
    for m in made:
        for offer in m.offers:
            assert bool(offer["certificate"]) is bool(world.items[offer["item"]]["certificate"])
            item = world.items[offer["item"]]
            assert item["floor_fen"] <= offer["low_fen"] <= offer["high_fen"] <= item["ceiling_fen"]


def test_people_are_masked_and_work_is_past(made: list[Invented]) -> None:
    for m in made:
        assert 3 <= len(m.works) <= 8
        assert all(w["finished_on"] < TODAY for w in m.works)
        for person in m.agency["staff"]:
            assert person["name"][1:].strip("*") == ""
            assert person["identity_number"][3:14] == "*" * 11


def test_near_doubles_exist(made: list[Invented]) -> None:
    pairs = [(made[n - 2].agency["name"], made[n - 1].agency["name"]) for n in range(23, 634, 23)]
    assert all(sum(a != b for a, b in zip(x, y, strict=True)) == 1 for x, y in pairs)


def test_the_red_list_is_for_the_best_only(made: list[Invented]) -> None:
    red = [m.agency for m in made if m.agency["red"]]
    assert 20 <= len(red) <= 120
    assert all(
        a["standing"] is Standing.GOOD and a["stars"] >= 42 and a["ratings"] >= 2 for a in red
    )
