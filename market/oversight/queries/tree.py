"""The tree of published projects: by region, project or month. What is open stands in the URL."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from tortoise.queryset import QuerySet

from market.accounts.regions import Place, place
from market.infra import db, sql
from market.kernel.actors import Actor
from market.oversight.queries.regions import regions_of
from market.oversight.rules import span_of
from market.projects.models import Project
from market.selection.models import Round

BY = ("region", "project", "month")
LEAVES = 40
_COUNTED: Final = (
    "SELECT region, {month} AS month, count(*) AS count FROM projects_project"
    " WHERE published_at IS NOT NULL AND region IN ({regions}) GROUP BY 1, 2"
)


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
    chosen = by if by in BY else BY[0]
    regions = regions_of(actor)
    counts = await _counts(regions) if regions else []
    mine = Project.filter(published_at__not_isnull=True, region__in=regions)
    total = sum(row["count"] for row in counts)
    if chosen == "project":
        return Tree(chosen, total, await _projects(mine, opened))
    held: Counter[str] = Counter()
    for row in counts:
        held[row[chosen]] += row["count"]
    keys = regions if chosen == "region" else sorted(held, reverse=True)
    leaves = await _leaves(mine, chosen, opened) if held[opened] else ()
    return Tree(
        chosen,
        total,
        tuple(
            Branch(
                key,
                place(key) if chosen == "region" else None,
                None,
                held[key],
                key == opened,
                leaves if key == opened else (),
            )
            for key in keys
            if held[key]
        ),
    )


async def _counts(regions: list[str]) -> list[sql.Row]:
    """How many projects were published in each region and month."""
    client = db.connection()
    month = sql.month(client, "published_at")
    statement = _COUNTED.format(month=month, regions=sql.among(regions))
    return await sql.rows(client, statement, *regions)


async def _leaves(mine: QuerySet[Project], chosen: str, key: str) -> tuple[Leaf, ...]:
    if chosen == "region":
        under = mine.filter(region=key)
    else:
        begins, ends = span_of(key)
        under = mine.filter(published_at__gte=begins, published_at__lt=ends)
    rows = await under.order_by("-published_at", "code").limit(LEAVES)
    return tuple(Leaf(row.code, row.attempt or 1, row.title) for row in rows)


async def _projects(mine: QuerySet[Project], opened: str) -> tuple[Branch, ...]:
    first = await mine.filter(code=opened)
    others = mine.exclude(code=opened).order_by("-published_at", "code")
    rows = [*first, *await others.limit(LEAVES - len(first))]
    rounds = await Round.filter(project=opened).order_by("attempt") if first else []
    leaves = tuple(Leaf(row.project, row.attempt, "") for row in rounds)
    return tuple(
        Branch(row.code, place(row.region), row.title, len(leaves) or 1, True, leaves)
        if row.code == opened
        else Branch(row.code, place(row.region), row.title, 1, False, ())
        for row in rows
    )
