"""Ways and pools are asked, never compared: a new one is a module, not a hundred branches."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from market.projects import states
from market.projects.rules.ways.registry import WAYS as QUESTIONS
from market.selection.deciding.pools.registry import POOLS as POOL_STEPS
from market.selection.ways.registry import WAYS
from signing.ways import pools, registry

ROOT = Path(__file__).parents[2]
PYTHON = sorted(p for f in ("market", "signing") for p in (ROOT / f).rglob("*.py"))
HOMES = ("ways", "pools", "migrations")
NAMES = {*registry.WAYS, *pools.POOLS}
SUBJECT = re.compile(r"(?:^|_)(?:way|pool)s?$")
TEMPLATE = re.compile(r"\b(?:way|pool)\s*(?:==|!=|in\s*[\[(])|(?:==|!=)\s*[\w.]*\b(?:way|pool)\b")
SCRIPT = re.compile(rf"\b(?:way|pool)\s*[!=]==|case \"(?:{'|'.join(sorted(NAMES))})\"")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.id if isinstance(node, ast.Name) else ""


def _is_way(node: ast.expr) -> bool:
    """A way or a pool by what it is called, or a member of their enumerations."""
    if isinstance(node, ast.Attribute) and _name(node.value) in {"Way", "Pool"}:
        return True
    return SUBJECT.search(_name(node)) is not None


def _is_named(node: ast.expr) -> bool:
    """One of their names, alone or in a literal of several."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(map(_is_named, node.elts))
    known = isinstance(node, ast.Constant) and node.value in NAMES
    return known or (isinstance(node, ast.Attribute) and _name(node.value) in {"Way", "Pool"})


def _asks(node: ast.AST) -> bool:
    """Whether something is asked to be one particular way or pool."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return any(map(_is_way, sides)) and any(map(_is_named, sides))
    if isinstance(node, ast.keyword):
        return bool(SUBJECT.search(node.arg or "")) and _is_named(node.value)
    return isinstance(node, ast.MatchValue) and _is_named(node.value)


def branches(text: str) -> list[int]:
    """The lines that ask so; a pattern has its line in what it is matched with."""
    nodes = filter(_asks, ast.walk(ast.parse(text)))
    return [getattr(node, "value", node).lineno for node in nodes]


PLANTED = (
    'if round_.way == "price": pass',
    'if "qualified" != published["pool"]: pass',
    "if draft.way is Way.PRICE: pass",
    'if kind_of_pool in ("applicants", "experts"): pass',
    'Round.filter(pool="applicants")',
    'say.must(ways <= {"random", "price"})',
    'match round_.way:\n    case "random": pass',
)


@pytest.mark.parametrize("line", PLANTED)
def test_a_planted_branch_is_seen(line: str) -> None:
    assert branches(line)


def test_no_branch_on_a_way_or_a_pool_outside_the_registries() -> None:
    assert len(PYTHON) > 350
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in PYTHON
        if not set(path.parts) & set(HOMES)
        for line in branches(path.read_text("utf-8"))
    }
    assert found == set()


# Who applies is asked by name outside the pools only where that alone is the matter.
APPLIED_FOR = {
    "market/selection/blind.py": "who sees what is worded otherwise where nobody applies",
    "market/selection/pages/next_step.py": "there is nothing to do where nobody applies",
    "market/selection/policy.py": "nobody asks for admission, and nobody audits, where none apply",
    "market/selection/publishing/publication.py": "the salts of those who do not apply are ours",
    "market/projects/queries/cards.py": "until its draw a list of all qualified is announced",
    "market/selection/waiting.py": "what is waited for is worded otherwise where nobody applies",
    "market/selection/rules.py": "too few cannot come where nobody comes",
    "signing/regulator/result.py": "only applications can be alike",
    "signing/trustee/decision.py": "what was opened judges applications alone",
    "signing/trustee/frozen.py": "a list of all qualified is not remembered",
    "signing/verify/attempt.py": "which freeze document there is",
    "signing/verify/cycle.py": "which releases there were",
    "signing/verify/decision.py": "what the decision must publish",
    "signing/verify/draws.py": "how the pool is computed again",
    "signing/verify/envelopes.py": "whose envelopes there must be",
    "signing/verify/opening.py": "what must have been opened",
    "signing/ways/registry.py": "which releases there are",
}


def conditions(text: str) -> Iterator[ast.expr]:
    """What decides between two things: tests of branches, filters, operands of and, or and not."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.BoolOp):
            yield from node.values


def asks_who_applies(text: str) -> bool:
    """Whether it branches on whether a pool is applied for."""
    asked = (part for test in conditions(text) for part in ast.walk(test))
    return any(isinstance(part, ast.expr) and _name(part) == "applied_for" for part in asked)


def test_what_is_a_pool_s_own_is_a_step_of_the_pool() -> None:
    assert asks_who_applies("if not POOLS[round_.pool].applied_for: pass")
    assert asks_who_applies("found = [one for one in some if applied_for or one.late]")
    assert not asks_who_applies("shown(applied_for=pool.applied_for)")
    files = (p for p in PYTHON if p.parent.name not in HOMES or p.name == "registry.py")
    found = {str(p.relative_to(ROOT)) for p in files if asks_who_applies(p.read_text("utf-8"))}
    assert found == set(APPLIED_FOR)


def test_no_template_and_no_script_branches_on_a_way_or_a_pool() -> None:
    assert TEMPLATE.search('{% if round.way == "price" %}')
    assert SCRIPT.search('if (way !== "price") return null;')
    pages = [p for p in (ROOT / "templates").rglob("*.html") if p.parent.name != "ways"]
    static = ROOT / "market" / "web" / "static"
    scripts = [p for f in ("js", "crypto") for p in (static / f).rglob("*.js")]
    assert len(pages) > 80
    assert len(scripts) > 35
    bad = [p for p in pages if TEMPLATE.search(p.read_text("utf-8"))]
    bad += [p for p in scripts if p.parent.name != "ways" and SCRIPT.search(p.read_text("utf-8"))]
    assert [str(p.relative_to(ROOT)) for p in bad] == []


def test_the_same_ways_and_pools_everywhere() -> None:
    names = set(registry.WAYS)
    assert set(WAYS) == names == {str(way) for way in states.Way}
    assert set(QUESTIONS) == names
    for name, rules in registry.WAYS.items():
        assert WAYS[name].rules is QUESTIONS[name].rules is rules
    assert {p.stem for p in (ROOT / "templates" / "ways").glob("*.html")} == names
    scripts = ROOT / "market" / "web" / "static" / "js" / "ways"
    assert {p.stem for p in scripts.glob("*.js")} - {"registry"} == names
    assert set(POOL_STEPS) == set(pools.POOLS) == {str(pool) for pool in states.Pool}
    assert {pool for way in registry.WAYS.values() for pool in way.pools} == set(pools.POOLS)
