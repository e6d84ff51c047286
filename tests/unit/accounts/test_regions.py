"""A region's numbers: each version from its day on, and what it does not change stays."""

from dataclasses import asdict
from datetime import UTC, datetime

from market.accounts.regions import place, rules_of
from signing.statements.redo import FAILURES

BEFORE = datetime(2025, 2, 28, 23, 59, tzinfo=UTC)
AFTER = datetime(2025, 3, 1, tzinfo=UTC)


def test_a_version_holds_from_its_day_and_changes_only_what_it_states() -> None:
    before, after = (asdict(rules_of("511702", at)) for at in (BEFORE, AFTER))
    assert {name for name in before if before[name] != after[name]} == {"redo_reasons"}
    assert not FAILURES & set(before["redo_reasons"])
    assert FAILURES | set(before["redo_reasons"]) == set(after["redo_reasons"])


def test_a_place_is_called_in_the_reader_s_language() -> None:
    found = place("511702")
    assert (found.label("zh_CN"), found.label("en")) == (found.name, found.name_en)
    assert found.name != found.name_en
    assert place("000000").label("en") == "000000"
