"""What rooms contribute is whole and worded; each check finds a violation that is planted."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
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
GATHERING = ("gathered", "merged")
# What is gathered of the rooms: module → names in it.
CONTRIBUTIONS = {
    "dossier": {"SECTIONS"},
    "events": {"TRANSITIONS", "SUBJECTS", "DETAILS"},
    "jobs": {"JOBS"},
    "panels": {
        *("MENU", "DUTIES", "WAITS", "OUTCOMES", "QUICK", "STATUSES"),
        *("CARDS", "TABS", "FIGURES"),
    },
    "papers": {"PAPERS"},
    "routes": {"ROUTES", "UNTOLD"},
    "seed": {"SEEDS"},
    "statements": {"STATEMENTS"},
}


MARKET = {
    str(path.relative_to(ROOT / "market")): path.read_text("utf-8")
    for path in sorted((ROOT / "market").rglob("*.py"))
}


def calls(code: Mapping[str, str], *names: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of one of these names, and in which file."""
    for file, text in code.items():
        for node in ast.walk(ast.parse(text)) if any(name in text for name in names) else ():
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in names:
                    yield file, node


def asked(code: Mapping[str, str]) -> set[tuple[str, str]]:
    """What is gathered of the rooms: module, name in it."""
    found = {tuple(map(ast.literal_eval, node.args)) for _, node in calls(code, *GATHERING)}
    return {(part, name) for part, name in found}


def ungiven(wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What no room gives."""
    return {
        (part, name)
        for part, name in wanted
        if not any(hasattr(module, name) for module in rooms.parts(part))
    }


def test_what_is_gathered_is_known_and_given() -> None:
    known = {(part, name) for part, names in CONTRIBUTIONS.items() for name in names}
    assert asked(MARKET) == known
    assert ungiven(known) == set()
    planted = asked({"x.py": 'ALL = rooms.gathered("events", "OMENS")'})
    assert planted == ungiven(planted) == {("events", "OMENS")}


def tags() -> list[str]:
    """Every tag of the ledger."""
    return [str(tag) for module in rooms.parts("events") for tag in module.Tag]


def wordless(locale: str, keys: Iterable[str]) -> list[str]:
    """The keys that the catalogue of ``locale`` does not word."""
    return [key for key in keys if catalogue(locale).gettext(key) == key]


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_tag_is_worded(locale: str) -> None:
    assert len(tags()) > 30
    told = {tag for _, by in rooms.gathered("events", "TRANSITIONS") for tag in by.values()}
    assert wordless(locale, [f"tag.{tag}" for tag in {*tags(), *told}]) == []
    words = [one.words for one in rooms.gathered("events", "SUBJECTS") if one.words]
    assert wordless(locale, words) == []
    assert wordless(locale, ["tag.nobody:said"]) == ["tag.nobody:said"]


def shared(names: Iterable[str]) -> set[str]:
    """Names that stand more than once."""
    return {name for name, times in Counter(names).items() if times > 1}


def test_a_tag_a_subject_and_a_detail_belong_to_one_room() -> None:
    kinds = [one.kind for one in rooms.gathered("events", "SUBJECTS")]
    assert shared(tags()) == shared(kinds) == set()
    assert shared([*kinds, kinds[0]]) == {kinds[0]}
    details = [module for module in rooms.parts("events") if hasattr(module, "DETAILS")]
    assert details
    for module in details:
        assert set(module.DETAILS) <= set(module.Tag)


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
    assert set().union(*(unlisted(module, listed) for module in rooms.parts(part))) == set()
    assert unlisted(SimpleNamespace(NOTICE=NOTICE, PAPERS=()), "PAPERS") == {"notice"}
    assert len(known) == len(rooms.gathered(part, listed))
    assert known.keys() == verified.keys(), "what the verifier does not know spoils a dossier"
    for locale in ("zh_CN", "en"):
        assert wordless(locale, [f"{part[:-1]}.{name}" for name in known]) == []


def astray(code: Mapping[str, str], name: str, file: str) -> set[str]:
    """Files in which a kind is made although it is no room's ``file``."""
    made = {path for path, _ in calls(code, name)}
    assert made
    return {path for path in made if path.split("/")[1:] != [file]}


def test_kinds_are_made_in_the_module_that_lists_them() -> None:
    """One from elsewhere would be ordered, and found by nobody who sets, shows or checks it."""
    for name, file in (("PaperKind", "papers.py"), ("StatementKind", "statements.py")):
        assert astray(MARKET, name, file) == set()
        planted = {
            "selection/deciding/notice.py": f"KIND = kinds.{name}()",
            f"a/{file}": f"{name}()",
        }
        assert astray(planted, name, file) == {"selection/deciding/notice.py"}


def unprinted(kinds: Iterable[PaperKind]) -> set[str]:
    """Kinds of papers that a template or a page is missing for."""
    there = data("templates")
    return {
        one.name
        for one in kinds
        if not ((there / one.template).is_file() and (there / one.page).is_file())
    }


def test_every_paper_has_its_templates() -> None:
    assert papers.kinds()
    assert unprinted(papers.kinds().values()) == set()
    assert unprinted([replace(NOTICE, page="papers/none.html")]) == {"notice"}


def test_what_a_page_has_signed_is_of_a_known_kind() -> None:
    panel = re.compile(r"(?:statement_panel\([^,]+, |data-kind=)\"(\w+)\"")
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
    assert astray(MARKET, "Section", "dossier.py") == set()


def test_no_two_seeds_have_one_place() -> None:
    places = [seed.place for seed in rooms.gathered("seed", "SEEDS")]
    assert len(places) == len(set(places)) >= 3
