"""Who stands behind a pseudonym is asked where a round names its winner or an order opens a code.

A name follows from an agency's code by the public register; what must stay shut is the way from a
code of a round to an agency. The import contract sees modules, this sees the functions that go it.
"""

import ast
from collections import defaultdict
from pathlib import Path

from market.agencies import identity
from market.selection.deciding import freeze_documents, names
from signing.rounds import admission

ROOT = Path(__file__).parents[2]
DECIDING = "market/selection/deciding"
BREACH = "market/selection/escrow/breach.py"
DOORS = {
    admission.read_identity.__name__: {f"{DECIDING}/pools/identification.py"},
    admission.read_escrow.__name__: {BREACH},
    freeze_documents.agency_behind.__name__: {f"{DECIDING}/pools/qualified.py"},
    names.known_agency.__name__: {
        f"{DECIDING}/pools/identification.py",
        f"{DECIDING}/pools/qualified.py",
        BREACH,
    },
    identity.Identity.__name__: {"market/agencies/identity.py"},
}


def asked(code: str) -> set[str]:
    """The doors that the code goes through, however it imports them."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name | ast.Attribute):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found & DOORS.keys()


def test_nobody_else_asks_who_stands_behind_a_pseudonym() -> None:
    seen = defaultdict(set)
    for path in (ROOT / "market").rglob("*.py"):
        for door in asked(path.read_text("utf-8")):
            seen[door].add(path.relative_to(ROOT).as_posix())
    assert dict(seen) == DOORS


def test_whoever_asks_elsewhere_is_found() -> None:
    assert asked("from x import read_escrow as quiet") == {"read_escrow"}
    assert asked("from y import freeze_documents as f\nf.agency_behind(b, i)") == {"agency_behind"}
    assert asked("def known_agency(): ...") == set()
