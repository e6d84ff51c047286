"""What rooms contribute is whole and worded; each check finds a violation that is planted."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from market import rooms
from market.documents.kinds import PaperKind, kinds
from market.selection.papers import NOTICE
from market.web.data import data
from market.web.i18n import catalogue

ROOT = Path(__file__).parents[2]
# What is gathered of the rooms: module → names in it.
CONTRIBUTIONS = {
    "events": {"TRANSITIONS", "SUBJECTS", "DETAILS"},
    "jobs": {"JOBS"},
    "papers": {"PAPERS"},
    "routes": {"ROUTES", "UNTOLD"},
}


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of one of these names in the market, and in which file."""
    for path in sorted((ROOT / "market").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in names:
                    yield str(path.relative_to(ROOT / "market")), node


def test_what_is_gathered_is_known_and_given() -> None:
    asked = {
        tuple(ast.literal_eval(arg) for arg in node.args) for _, node in calls("gathered", "merged")
    }
    assert asked == {(part, name) for part, names in CONTRIBUTIONS.items() for name in names}
    for part, name in asked:
        assert any(hasattr(module, name) for module in rooms.parts(part)), (part, name)


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


def unlisted(module: ModuleType | SimpleNamespace) -> set[str]:
    """Kinds of papers that stand in a room's ``papers`` and are not given to anybody."""
    there = {one.name for one in vars(module).values() if isinstance(one, PaperKind)}
    return there - {one.name for one in module.PAPERS}


def test_every_kind_of_paper_is_listed_worded_and_has_its_templates() -> None:
    assert [unlisted(module) for module in rooms.parts("papers")] == [set()]
    assert unlisted(SimpleNamespace(NOTICE=NOTICE, PAPERS=())) == {"notice"}
    assert len(kinds()) == len(rooms.gathered("papers", "PAPERS"))
    for locale in ("zh_CN", "en"):
        assert wordless(locale, [f"paper.{name}" for name in kinds()]) == []
    for kind in kinds().values():
        assert (data("templates") / kind.template).exists()
        assert (data("templates") / kind.page).exists()


def test_papers_are_made_in_the_papers_of_a_room_alone() -> None:
    """A kind from elsewhere would be ordered, and found by nobody who sets and shows it."""
    made = {path for path, _ in calls("PaperKind")}
    assert made
    assert [path for path in made if not path.endswith("/papers.py") or path.count("/") != 1] == []
