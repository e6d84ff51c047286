"""The tree of published projects: by region, project or month. What is open stands in the URL."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from market.accounts.regions import Place, place, places
from market.kernel.actors import Actor
from market.oversight import policy
from market.oversight.rules import month
from market.projects.models import Project
from market.selection.models import Round

BY = ("region", "project", "month")
LEAVES = 40


@dataclass(frozen=True, slots=True)
class Leaf:
    """A round of a project, or a project with its newest one."""

    project: str
    attempt: int
    title: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One node: its key in the URL, what it is called, how many it holds, what hangs open on it."""

    key: str
    place: Place | None
    title: str | None
    count: int
    open: bool
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """All branches in one order."""

    by: str
    total: int
    branches: tuple[Branch, ...]


async def tree(actor: Actor, by: str, opened: str) -> Tree:
    """The projects that ``actor`` oversees; ``opened`` is the key of the branch that hangs open."""
    rows = await Project.filter(published_at__not_isnull=True).values_list(
        "code", "title", "region", "published_at", "attempt"
    )
    mine = [row for row in rows if policy.oversees(actor, str(row[2]))]
    mine.sort(key=lambda row: row[3], reverse=True)
    chosen = by if by in BY else BY[0]
    if chosen == "project":
        return Tree(chosen, len(mine), await _projects(mine, opened))
    keys = [str(row[2]) if chosen == "region" else month(row[3]) for row in mine]
    counts = Counter(keys)
    order: Iterable[str] = [p.code for p in places()] if chosen == "region" else list(counts)
    branches = []
    for key in order:
        under = [row for row, own in zip(mine, keys, strict=True) if own == key][:LEAVES]
        leaves = tuple(Leaf(str(c), int(n or 1), str(t)) for c, t, _, _, n in under)
        where = place(key) if chosen == "region" else None
        if counts[key]:
            is_open = key == opened
            branches.append(
                Branch(key, where, None, counts[key], is_open, leaves if is_open else ())
            )
    return Tree(chosen, len(mine), tuple(branches))


async def _projects(rows: list[tuple[object, ...]], opened: str) -> tuple[Branch, ...]:
    found = []
    shown = [row for row in rows if row[0] == opened] + [r for r in rows if r[0] != opened]
    for code, title, region, _, _ in shown[:LEAVES]:
        rounds = await Round.filter(project=code).order_by("attempt") if code == opened else []
        leaves = tuple(Leaf(r.project, r.attempt, "") for r in rounds)
        tries = len(leaves) or 1
        found.append(
            Branch(str(code), place(str(region)), str(title), tries, code == opened, leaves)
        )
    return tuple(found)
