"""What rooms contribute is whole and worded; each check finds a violation that is planted."""

from collections.abc import Iterable
from types import ModuleType

import pytest

from market import rooms
from market.web.i18n import catalogue

# Module → what it may list. A name that nobody gathers would be lost without a word.
CONTRIBUTIONS = {
    "events": {"TRANSITIONS", "SUBJECTS", "DETAILS"},
    "jobs": {"JOBS"},
    "routes": {"ROUTES", "UNTOLD"},
}


def missing(part: str, module: ModuleType) -> set[str]:
    """The contributions of which the module has none, though it exists for them."""
    return CONTRIBUTIONS[part] - vars(module).keys()


@pytest.mark.parametrize("part", CONTRIBUTIONS)
def test_every_contribution_is_given_by_some_room(part: str) -> None:
    absent = [missing(part, module) for module in rooms.parts(part)]
    assert absent
    assert set.intersection(*absent) == set()


def tags() -> list[str]:
    """Every tag of the ledger."""
    return [str(tag) for module in rooms.parts("events") for tag in module.Tag]


def wordless(locale: str, keys: Iterable[str]) -> list[str]:
    """The keys that the catalogue of ``locale`` does not word."""
    return [key for key in keys if catalogue(locale).gettext(key) == key]


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_tag_is_worded(locale: str) -> None:
    assert len(tags()) > 30
    assert wordless(locale, [f"tag.{tag}" for tag in tags()]) == []
    words = [one.words for one in rooms.gathered("events", "SUBJECTS") if one.words]
    assert wordless(locale, words) == []
    assert wordless(locale, ["tag.nobody:said"]) == ["tag.nobody:said"]


def test_a_tag_a_subject_and_a_detail_belong_to_one_room() -> None:
    assert len(tags()) == len(set(tags()))
    kinds = [one.kind for one in rooms.gathered("events", "SUBJECTS")]
    assert len(kinds) == len(set(kinds))
    for module in rooms.parts("events"):
        assert set(getattr(module, "DETAILS", ())) <= set(module.Tag)
