"""One project as everyone may see it. What is private (names, phones, notes) is not in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.accounts.regions import Place, place
from market.catalogue import queries as catalogue
from market.kernel.actors import Actor
from market.kernel.errors import not_found
from market.projects import policy
from market.projects.codes import must_be_code
from market.projects.models import Project
from market.projects.states import Pool, Stage, State, Way, stage
from market.web.bilingual import Bilingual
from signing.core import canonical, hashing


@dataclass(frozen=True, slots=True)
class ItemName(Bilingual):
    """A service item's code and its name in both languages."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard:
    """The public fields of a project. ``need`` is the canonical need, fixed when checked."""

    code: str
    state: State
    stage: Stage
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
    decided_at: datetime | None
    concluded_at: datetime | None
    decided_fen: int | None
    ended_reason: str | None
    need: dict[str, Any]
    is_mine: bool

    @property
    def need_sha256(self) -> str:
        """The hash that the ledger keeps."""
        return hashing.sha256(canonical.dumps(self.need)).hex()


async def card(code: str, viewer: Actor, now: datetime) -> ProjectCard:
    """The project of that code for ``viewer``; raises NOT_FOUND for what is hidden from it.

    A draft that was never checked has no card: its owner sees it in the form.
    """
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None or project.need is None:
        raise not_found("project")
    was_published = project.published_at is not None
    if not policy.is_visible(viewer, project.owner, was_published=was_published):
        raise not_found("project")
    return card_of(project, await item_names(), viewer, now)


async def need(code: str) -> dict[str, Any]:
    """The public need as canonical JSON; raises NOT_FOUND for a project that was never checked."""
    project = await Project.get_or_none(code=must_be_code(code))
    if project is None or project.need is None:
        raise not_found("project")
    return dict(project.need)


def card_of(
    project: Project, items: dict[str, ItemName], viewer: Actor, now: datetime
) -> ProjectCard:
    """The card of a row that the viewer may see."""
    if project.way is None or project.pool is None or project.deadline_at is None:
        raise not_found("project")
    return ProjectCard(
        code=project.code,
        state=project.state,
        stage=stage(project.state, project.deadline_at, now),
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
        decided_at=project.decided_at,
        concluded_at=project.concluded_at,
        decided_fen=project.decided_fen,
        ended_reason=project.ended_reason,
        need=project.need,
        is_mine=policy.is_owner(viewer, project.owner),
    )


async def item_names() -> dict[str, ItemName]:
    """Every service item's names by code."""
    return {i.code: ItemName(i.code, i.name, i.name_en) for i in await catalogue.item_names()}
