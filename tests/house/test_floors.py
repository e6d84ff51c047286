"""A room knows nothing of the rooms above it: no word in its code or pages is of theirs.

What lies above registers itself below (``rooms.gathered``) or passes itself in. The import contract
sees imports; this sees names of things, keys of sentences and addresses.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from market import rooms
from market.rooms import ROOMS

ROOT = Path(__file__).parents[2]
FLOORS = ("kernel", "infra", "web", *reversed(ROOMS))
KEYS = {"projects": "project"}


@cache
def words(room: str) -> frozenset[str]:
    """How things of ``room`` are called in code: kinds of its subjects, keys of its sentences."""
    events = [m for m in rooms.parts("events") if m.__name__ == f"market.{room}.events"]
    kinds = {one.kind for module in events for one in getattr(module, "SUBJECTS", ())}
    return frozenset({f"{KEYS.get(room, room)}."} | {f"{kind}:" for kind in kinds})


def texts(code: str) -> Iterator[str]:
    """Every text in the code but docstrings."""
    tree = ast.parse(code)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


@cache
def above(room: str) -> tuple[str, ...]:
    return tuple(word for other in FLOORS[FLOORS.index(room) + 1 :] for word in words(other))


def foreign(room: str, given: Iterable[str]) -> set[str]:
    """The texts that speak of what lies above ``room``."""
    return {text for text in given if text.startswith(above(room))}


def quoted(page: str) -> list[str]:
    """Every text in quotes."""
    return re.findall(r"[\"']([^\"']+)[\"']", page)


def test_no_code_speaks_of_what_lies_above() -> None:
    said = {
        room: {
            text
            for path in sorted((ROOT / "market" / room).rglob("*.py"))
            for text in texts(path.read_text("utf-8"))
        }
        for room in FLOORS
    }
    assert min(map(len, said.values())) > 0
    assert {room: foreign(room, each) for room, each in said.items() if foreign(room, each)} == {}


def test_no_page_speaks_of_what_lies_above() -> None:
    said = {
        room: {
            text
            for path in sorted((ROOT / "templates" / room).rglob("*.html"))
            for text in quoted(path.read_text("utf-8"))
        }
        for room in ROOMS
    }
    assert sum(map(len, said.values())) > 1000
    assert {room: foreign(room, each) for room, each in said.items() if foreign(room, each)} == {}


def test_what_speaks_of_something_above_is_found() -> None:
    code = 'def late() -> None:\n    """selection.late"""\n    raise Refused("selection.late")\n'
    assert [*texts(code)] == ["selection.late"]
    assert foreign("audit", texts(code)) == {"selection.late"}
    assert foreign("documents", quoted("{{ _('selection.late') }}")) == {"selection.late"}
    subject = {"round:DZ-2026-000318/1"}
    assert foreign("documents", subject) == subject
    assert foreign("oversight", subject) == set()
