"""A room knows nothing of the rooms above it: no word in its code or pages is of theirs.

What lies above registers itself below (``rooms.gathered``) or passes itself in. The import contract
sees imports; this sees names of things, keys of sentences and addresses.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from market import rooms
from market.rooms import ROOMS

ROOT = Path(__file__).parents[2]
FLOORS = ("kernel", "infra", "web", *reversed(ROOMS))
KEYS = {"projects": "project"}


def words(room: str) -> set[str]:
    """How things of ``room`` are called in code: kinds of its subjects, keys of its sentences."""
    events = [m for m in rooms.parts("events") if m.__name__ == f"market.{room}.events"]
    kinds = {one.kind for module in events for one in getattr(module, "SUBJECTS", ())}
    return {f"{KEYS.get(room, room)}."} | {f"{kind}:" for kind in kinds}


def texts(code: str) -> Iterator[str]:
    """Every text in the code but docstrings."""
    tree = ast.parse(code)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def foreign(room: str, given: str) -> bool:
    """Whether a text speaks of what lies above ``room``."""
    above = FLOORS[FLOORS.index(room) + 1 :]
    return any(given.startswith(word) for other in above for word in words(other))


def test_no_code_speaks_of_what_lies_above() -> None:
    found = {
        (str(path.relative_to(ROOT)), text)
        for room in FLOORS
        for path in sorted((ROOT / "market" / room).rglob("*.py"))
        for text in texts(path.read_text("utf-8"))
        if foreign(room, text)
    }
    assert found == set()


def test_no_page_speaks_of_what_lies_above() -> None:
    quoted = re.compile(r"[\"']([^\"']+)[\"']")
    found = {
        (str(path.relative_to(ROOT)), text)
        for room in ROOMS
        for path in sorted((ROOT / "templates" / room).rglob("*.html"))
        for text in quoted.findall(path.read_text("utf-8"))
        if foreign(room, text)
    }
    assert found == set()


def test_what_speaks_of_something_above_is_found() -> None:
    planted = 'def late() -> None:\n    """selection.late"""\n    raise Refused("selection.late")\n'
    assert [text for text in texts(planted) if foreign("audit", text)] == ["selection.late"]
    assert foreign("documents", "round:DZ-2026-000318/1")
    assert not foreign("oversight", "round:DZ-2026-000318/1")
