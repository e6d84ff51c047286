"""Nothing stands in templates and catalogues that no page uses: imports, macros, texts."""

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from jinja2 import nodes

from market.web import pages

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STOPS = (".", ":", "_")

Trees = dict[str, nodes.Template]


def parsed(texts: dict[str, str]) -> Trees:
    return {name: pages.environment("en").parse(text) for name, text in texts.items()}


@cache
def templates() -> Trees:
    paths = sorted(TEMPLATES.rglob("*.html"))
    return parsed({str(p.relative_to(TEMPLATES)): p.read_text("utf-8") for p in paths})


def read(tree: nodes.Template) -> set[str]:
    """The names that a template reads."""
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}


def imports(tree: nodes.Template) -> Iterator[tuple[str, str, str]]:
    """Where from, which macro, and its name here."""
    for each in tree.find_all(nodes.FromImport):
        assert isinstance(each.template, nodes.Const), "imports are written out"
        for name in each.names:
            there, here = name if isinstance(name, tuple) else (name, name)
            yield each.template.value, there, here


def asked(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    """What is asked of a page that is imported whole: how its name begins, which macro."""
    for each in tree.find_all(nodes.Import):
        parts = each.template.nodes if isinstance(each.template, nodes.Concat) else [each.template]
        begins = parts[0]
        assert isinstance(begins, nodes.Const), "imports say at least a folder"
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == each.target:
                yield begins.value, node.attr


def idle(trees: Trees) -> set[tuple[str, str]]:
    """What a template imports or defines and nobody calls."""
    imported = {(n, here) for n, tree in trees.items() for _, _, here in imports(tree)}
    wanted = {(there, name) for tree in trees.values() for there, name, _ in imports(tree)}
    for begins, name in {one for tree in trees.values() for one in asked(tree)}:
        wanted |= {(there, name) for there in trees if there.startswith(begins)}
    macros = {(n, m.name) for n, tree in trees.items() for m in tree.find_all(nodes.Macro)}
    return {(n, what) for n, what in imported | (macros - wanted) if what not in read(trees[n])}


def test_every_import_and_macro_of_a_template_is_used() -> None:
    assert len(templates()) > 60
    assert idle(templates()) == set()


def test_an_idle_import_and_an_idle_macro_are_noticed() -> None:
    parts = "{% macro tag() %}{% endmacro %}{% macro icon() %}{{ _one() }}{% endmacro %}"
    texts = {
        "parts.html": parts + "{% macro _one() %}{% endmacro %}{% macro dead() %}{% endmacro %}",
        "page.html": '{% from "parts.html" import tag, icon as glyph %}{{ tag() }}',
        "ways/lot.html": "{% macro tag() %}{% endmacro %}{% macro left() %}{% endmacro %}",
        "round.html": '{% import "ways/" ~ way ~ ".html" as its %}{{ its.tag() ~ no.left() }}',
    }
    dead = {("parts.html", "dead"), ("page.html", "glyph"), ("ways/lot.html", "left")}
    assert idle(parsed(texts)) == dead


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys of objects too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value:
            yield from strings(each)
        if isinstance(value, dict):
            yield from strings([*value.values()])


@cache
def written() -> frozenset[str]:
    """Every text that stands in code, templates and fixtures, composed ones in their parts."""
    found = {
        node.value
        for folder in ("market", "signing")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for tree in templates().values():
        found |= {str(each.value) for each in tree.find_all(nodes.Const)}
    for path in (ROOT / "fixtures").rglob("*.json"):
        found |= set(strings(json.loads(path.read_text("utf-8"))))
    return frozenset(found)


def unsaid(texts: Iterable[str], said: Iterable[str]) -> set[str]:
    """The texts that nobody says, whole or composed of what is said and a beginning or an end."""
    whole = {*said}
    begins = tuple(text for text in whole if text.endswith(STOPS) and len(text) > 1)
    ends = tuple(text for text in whole if text.startswith(".") and len(text) > 1)
    return {
        text
        for text in texts
        if text not in whole
        and not text.startswith(begins)
        and not any(text.endswith(end) and text.removesuffix(end) in whole for end in ends)
    }


def test_every_text_of_the_catalogues_is_said() -> None:
    texts = {
        message.id if isinstance(message.id, str) else message.id[0]
        for path in (ROOT / "market/locale").rglob("*.po")
        for message in read_po(BytesIO(path.read_bytes()))
        if message.id
    }
    assert len(texts) > 1500
    assert len(written()) > 5000
    assert unsaid(texts, written()) == set()


def test_a_text_that_nobody_says_is_noticed() -> None:
    said = {"保存", "round.", "person", ".no_transition"}
    texts = {"保存", "round.closed", "person.no_transition", "删除", "agency.no_transition"}
    assert unsaid(texts, said) == {"删除", "agency.no_transition"}
