"""A region's numbers: each version from its day on, and what it does not change stays."""

import json
from dataclasses import fields
from datetime import UTC, datetime

from market.accounts.regions import RegionRules, place, rules_as, rules_of
from market.projects.rules import RedoRules, SecondPersonRules
from market.selection.publishing.owner_signature import SignatureRules
from market.web.data import data
from signing.statements.redo import FAILURES

BEFORE = datetime(2025, 2, 28, 23, 59, tzinfo=UTC)
AFTER = datetime(2025, 3, 1, tzinfo=UTC)


def test_a_version_holds_from_its_day_and_changes_only_what_it_states() -> None:
    assert rules_of("511702", BEFORE) == rules_of("511702", AFTER)
    before, after = (set(rules_as(RedoRules, "511702", at).redo_reasons) for at in (BEFORE, AFTER))
    assert not FAILURES & before
    assert FAILURES | before == after


def test_every_number_of_a_region_is_asked_for() -> None:
    kinds = (RegionRules, RedoRules, SecondPersonRules, SignatureRules)
    asked = {one.name for kind in kinds for one in fields(kind)}
    (city,) = (data("fixtures") / "regions").glob("*.json")
    versions = json.loads(city.read_text("utf-8"))["versions"]
    assert {name for version in versions for name in version} - {"effective_at"} == asked


def test_a_place_is_called_in_the_reader_s_language() -> None:
    found = place("511702")
    assert (found.label("zh_CN"), found.label("en")) == (found.name, found.name_en)
    assert found.name != found.name_en
    assert place("000000").label("en") == "000000"
