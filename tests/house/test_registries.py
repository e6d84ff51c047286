"""What rooms contribute is whole and worded; each check finds a violation that is planted."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from market import rooms
from market.documents import kinds as papers
from market.documents import signatures
from market.documents.kinds import PaperKind
from market.documents.signatures import StatementKind
from market.kernel.section import Section
from market.selection.papers import NOTICE
from market.web.data import data
from market.web.i18n import catalogue
from signing.verify import kinds as verifier

ROOT = Path(__file__).parents[2]
# What is gathered of the rooms: module → names in it.
CONTRIBUTIONS = {
    "dossier": {"SECTIONS"},
    "events": {"TRANSITIONS", "SUBJECTS", "DETAILS"},
    "jobs": {"JOBS"},
    "papers": {"PAPERS"},
    "routes": {"ROUTES", "UNTOLD"},
    "statements": {"STATEMENTS"},
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


def unlisted(module: ModuleType | SimpleNamespace, listed: str) -> set[str]:
    """Kinds of a room that are not given to anybody."""
    there = {
        one.name for one in vars(module).values() if isinstance(one, PaperKind | StatementKind)
    }
    return there - {one.name for one in getattr(module, listed)}


@pytest.mark.parametrize(
    ("part", "listed", "known", "verified"),
    [
        ("papers", "PAPERS", papers.kinds(), verifier.PAPERS),
        ("statements", "STATEMENTS", signatures.kinds(), verifier.STATEMENTS),
    ],
)
def test_every_kind_is_listed_worded_and_verified(
    part: str, listed: str, known: dict[str, object], verified: Mapping[str, object]
) -> None:
    assert [unlisted(module, listed) for module in rooms.parts(part)] == [set()]
    assert unlisted(SimpleNamespace(NOTICE=NOTICE, PAPERS=()), "PAPERS") == {"notice"}
    assert len(known) == len(rooms.gathered(part, listed))
    assert known.keys() == verified.keys(), "what the verifier does not know spoils a dossier"
    for locale in ("zh_CN", "en"):
        assert wordless(locale, [f"{part[:-1]}.{name}" for name in known]) == []


def test_kinds_are_made_in_the_module_that_lists_them() -> None:
    """One from elsewhere would be ordered, and found by nobody who sets, shows or checks it."""
    for name, file in (("PaperKind", "papers.py"), ("StatementKind", "statements.py")):
        made = {path for path, _ in calls(name)}
        assert made
        assert [one for one in made if one.count("/") != 1 or not one.endswith("/" + file)] == []


def test_every_paper_has_its_templates() -> None:
    for kind in papers.kinds().values():
        assert (data("templates") / kind.template).exists()
        assert (data("templates") / kind.page).exists()


def test_what_a_page_has_signed_is_of_a_known_kind() -> None:
    panel = re.compile(r"statement_panel\([^,]+, \"(\w+)\"")
    pages = "".join(p.read_text("utf-8") for p in (ROOT / "templates").rglob("*.html"))
    assert set(panel.findall(pages)) == signatures.kinds().keys()


def strangers(sections: Iterable[Section]) -> set[str]:
    """Kinds of things that sections of a dossier are about and no room has."""
    known = {one.kind for one in rooms.gathered("events", "SUBJECTS")}
    return {one.kind for one in sections} - known - {""}


def test_sections_of_a_dossier_are_about_things_that_there_are() -> None:
    sections: list[Section] = rooms.gathered("dossier", "SECTIONS")
    assert strangers(sections) == set()
    assert strangers([*sections, Section("nobody", sections[0].files)]) == {"nobody"}
    made = {path for path, _ in calls("Section")}
    assert {path for path in made if not path.endswith("/dossier.py")} == set()
