"""Every text of this room stands in both languages, with the same placeholders."""

import re
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from market.projects.rules.draft import Tie
from market.projects.rules.steps import STEPS
from market.projects.states import Funding, Pool, Stage, State, Way

LOCALE = Path("market/locale")
PLACES = re.compile(r"%\(\w+\)s")


def _texts(locale: str, room: str = "projects") -> dict[str, str]:
    with (LOCALE / locale / "LC_MESSAGES" / f"{room}.po").open(encoding="utf-8") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def test_every_text_of_the_templates_is_in_english() -> None:
    found: set[str] = set()
    options = {"trimmed": "true", "extensions": "jinja2.ext.do"}
    for path in Path("templates/projects").iterdir():
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ("_", "gettext"), (), options):
                found.add(message if isinstance(message, str) else message[0])
    assert len(found) > 100
    known = _texts("en") | _texts("en", "web")
    assert sorted(found - known.keys()) == []


def test_keyed_texts_stand_in_both_languages_and_fill_the_same_places() -> None:
    chinese, english = _texts("zh_CN"), _texts("en")
    assert chinese.keys() <= english.keys()
    for key, text in chinese.items():
        names = {p.removesuffix("_cny)s") for p in PLACES.findall(english[key])}
        assert {n.removesuffix(")s") for n in names} == {
            p.removesuffix(")s") for p in PLACES.findall(text)
        }, key


def test_every_key_that_code_and_pages_can_ask_for_is_there() -> None:
    keys = {step.key for step in STEPS}
    for prefix, values in {
        "way": Way,
        "pool": Pool,
        "funding": Funding,
        "tie": Tie,
        "state": State,
        "stage": Stage,
    }.items():
        keys |= {f"project.{prefix}.{v}" for v in values}
        if prefix in {"way", "pool", "funding"}:
            keys |= {f"project.{prefix}.{v}.hint" for v in values}
    for path in Path("market/projects").rglob("*.py"):
        keys |= set(re.findall(r'"(project\.[a-z_.]+[a-z])"', path.read_text("utf-8")))
    assert sorted(keys - _texts("zh_CN").keys()) == []
