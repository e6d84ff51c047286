"""An owner's projects in some states, for whoever asks what has to be done with them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.kernel.actors import Actor, Role
from market.projects import policy
from market.projects.models import Project
from market.projects.queries.publishing import barred
from market.projects.rules.steps import LENGTHS
from market.projects.states import State
from market.web.panels import MOST_OUTCOMES, Outcome


@dataclass(frozen=True, slots=True)
class Owned:
    """A project of the asker: its title as it was typed last, and all that was typed.

    ``is_late``: it is checked, and applications would be closed before it is published.
    """

    code: str
    title: str
    state: State
    typed: dict[str, Any]
    may_publish: bool
    barred: str | None
    was_sent_back: bool
    is_late: bool
    region: str
    deadline_at: datetime | None


async def owned(
    actor: Actor,
    states: Collection[State],
    among: Collection[str] | None,
    most: int,
    now: datetime,
) -> list[Owned]:
    """The projects of the actor's organisation in these states, the newest first."""
    if actor.role is not Role.OWNER or actor.organisation is None:
        return []
    rows = Project.filter(owner=actor.organisation, state__in=list(states))
    if among is not None:
        rows = rows.filter(code__in=list(among))
    return [
        Owned(
            row.code,
            title_typed(row.typed),
            row.state,
            dict(row.typed),
            policy.why_not_publish(actor, row.owner, row.state, barred(row, now)) is None,
            barred(row, now),
            row.sent_back is not None,
            row.state is State.READY and row.deadline_at is not None and row.deadline_at <= now,
            row.region,
            row.deadline_at,
        )
        for row in await rows.order_by("-code").limit(most)
    ]


def title_typed(typed: dict[str, Any]) -> str:
    """The title as it stands in the form; of one that is too long its beginning."""
    title = str(typed.get("title") or "").strip()
    return title if len(title) <= LENGTHS["title"] else f"{title[: LENGTHS['title']]}…"


async def ended(actor: Actor) -> list[Outcome]:
    """What came of the organisation's newest selections."""
    if actor.role is not Role.OWNER or actor.organisation is None:
        return []
    told = (State.DECIDED, State.CONCLUDED, State.FAILED)
    rows = Project.filter(owner=actor.organisation, state__in=list(told))
    return [
        Outcome(
            row.title,
            f"project.outcome.{row.state}",
            row.concluded_at or row.decided_at or row.changed_at,
            f"/projects/{row.code}",
            good=row.state is not State.FAILED,
        )
        for row in await rows.order_by("-changed_at").limit(MOST_OUTCOMES)
    ]
