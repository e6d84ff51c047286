"""One project as everyone may see it. What is private (names, phones, notes) is not in it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from market.accounts.regions import Place, place
from market.catalogue import queries as catalogue
from market.kernel.actors import Actor
from market.kernel.errors import Refusal, not_found
from market.projects import policy
from market.projects.codes import must_be_code
from market.projects.models import Project
from market.projects.queries.publishing import barred
from market.projects.states import Pool, Stage, State, Way, stage
from market.web.bilingual import Bilingual
from market.web.panels import statuses
from signing.core import canonical, hashing
from signing.ways.pools import POOLS


@dataclass(frozen=True, slots=True)
class ItemName(Bilingual):
    """A service item's code, its name in both languages, whether it may still be asked for."""

    code: str
    name: str
    name_en: str
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard:
    """The public fields of a project. ``need`` is the canonical need, fixed when checked.

    ``is_mine`` and ``why_not_publish`` are about who looks at it.
    ``status`` is the key of the words for what it waits for.
    """

    code: str
    state: State
    stage: Stage
    status: str
    title: str
    owner: str
    owner_name: str
    place: Place
    item: ItemName
    way: Way
    pool: Pool
    control_price_fen: int | None
    deadline_at: datetime
    attempt: int
    round_state: str | None
    published_at: datetime | None
    extended_at: datetime | None
    extensions: int
    decided_at: datetime | None
    concluded_at: datetime | None
    decided_fen: int | None
    ended_reason: str | None
    need: dict[str, Any]
    is_mine: bool
    why_not_publish: Refusal | None

    @property
    def told_at(self) -> datetime | None:
        """When the public was told something last that a subscriber wants to know."""
        times = (self.published_at, self.extended_at, self.decided_at, self.concluded_at)
        return max((at for at in times if at), default=None)

    @property
    def applied_for(self) -> bool:
        """Whether agencies apply, rather than everybody who qualifies being in the pool."""
        return POOLS[self.pool].applied_for

    @property
    def way_terms(self) -> dict[str, Any] | None:
        """What the way asked of the owner beside; None where it asks nothing."""
        terms: dict[str, Any] | None = self.need.get("way_terms")
        return terms

    @property
    def need_sha256(self) -> str:
        """The hash that the ledger keeps."""
        return hashing.sha256(canonical.dumps(self.need)).hex()


async def card(code: str, viewer: Actor, now: datetime) -> ProjectCard:
    """The project of that code for ``viewer``; raises NOT_FOUND for what is hidden from it.

    A draft that was never checked has no card: its owner sees it in the form.
    """
    found = await cards([must_be_code(code)], viewer, now)
    if code not in found:
        raise not_found("project")
    return found[code]


async def cards(codes: Collection[str], viewer: Actor, now: datetime) -> dict[str, ProjectCard]:
    """Those of the projects that ``viewer`` may see, by code."""
    rows = await Project.filter(code__in=list(codes))
    items = await item_names()
    return {row.code: card_of(row, items, viewer, now) for row in rows if _is_visible(row, viewer)}


def _is_visible(row: Project, viewer: Actor) -> bool:
    was_published = row.published_at is not None
    is_there = policy.is_visible(viewer, row.owner, was_published=was_published)
    return is_there and row.need is not None


async def need(code: str) -> dict[str, Any]:
    """The public need as canonical JSON; raises NOT_FOUND for a project that was never checked."""
    found = await needs([must_be_code(code)])
    if code not in found:
        raise not_found("project")
    return found[code]


async def needs(codes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The public needs of those of the projects that were ever checked, by code."""
    rows: list[Any] = await Project.filter(code__in=list(codes)).values_list("code", "need")
    return {code: need for code, need in rows if need is not None}


async def titles(codes: Collection[str]) -> dict[str, str]:
    """What the projects are called, by code."""
    if not codes:
        return {}
    rows = await Project.filter(code__in=list(codes)).values_list("code", "title")
    return {str(code): str(title) for code, title in rows}


def card_of(
    project: Project, items: dict[str, ItemName], viewer: Actor, now: datetime
) -> ProjectCard:
    """The card of a row that the viewer may see."""
    if project.way is None or project.pool is None or project.deadline_at is None:
        raise not_found("project")
    reached = stage(project.state, project.deadline_at, now)
    return ProjectCard(
        code=project.code,
        state=project.state,
        stage=reached,
        status=_status(reached, project.pool),
        title=project.title,
        owner=project.owner,
        owner_name=project.owner_name,
        place=place(project.region),
        item=items.get(project.item) or ItemName(project.item, project.item, project.item),
        way=project.way,
        pool=project.pool,
        control_price_fen=project.control_price_fen,
        deadline_at=project.deadline_at,
        attempt=project.attempt,
        round_state=project.round_state,
        published_at=project.published_at,
        extended_at=project.extended_at,
        extensions=project.extensions,
        decided_at=project.decided_at,
        concluded_at=project.concluded_at,
        decided_fen=project.decided_fen,
        ended_reason=project.ended_reason,
        need=project.need,
        is_mine=policy.is_owner(viewer, project.owner),
        why_not_publish=policy.why_not_publish(
            viewer, project.owner, project.state, barred(project, now)
        ),
    )


def _status(reached: Stage, pool: Pool) -> str:
    own = "announced" if reached is Stage.ACCEPTING and not POOLS[pool].applied_for else reached
    return f"project.stage.{own}"


async def told(found: Iterable[ProjectCard], viewer: Actor, now: datetime) -> list[ProjectCard]:
    """The same, with what is really awaited of those that have a result and no notice yet."""
    rows = list(found)
    codes = [row.code for row in rows if row.stage is Stage.PUBLICITY]
    said = await statuses(codes, viewer, now)
    return [replace(row, status=said[row.code].said) if row.code in said else row for row in rows]


async def item_names() -> dict[str, ItemName]:
    """Every service item's names by code."""
    found = await catalogue.item_names()
    return {i.code: ItemName(i.code, i.name, i.name_en, i.is_open) for i in found}
