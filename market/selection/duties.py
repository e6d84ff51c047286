"""What waits for owners and agencies in a selection: to publish, to explain a price, to judge."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from tortoise.expressions import Subquery

from market.kernel.actors import Actor, Role
from market.projects import queries as projects
from market.projects.states import State as ProjectState
from market.selection import policy, progress
from market.selection.models import Clarification, Result
from market.selection.progress import Progress
from market.selection.rules import is_overdue
from market.selection.states import State
from market.web.panels import MOST_DUTIES, Duty


async def to_publish(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """An owner's checked needs, but those too late to publish or somebody else's to publish."""
    return [
        Duty(
            "selection.duty.publish",
            row.title,
            "selection.duty.publish.why",
            f"/projects/{row.code}/publish",
            project=row.code,
        )
        for row in await projects.owned(actor, (ProjectState.READY,), among, MOST_DUTIES, now)
        if row.may_publish and not row.is_late
    ]


async def to_explain(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """An agency's own prices far below the others."""
    if actor.role is not Role.AGENCY or actor.organisation is None:
        return []
    rows = Result.filter(winner=actor.organisation)
    return await _told(rows, "selection.duty.explain", actor, now, among)


async def to_judge(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """What an owner was told of such a price, or that nothing was told in time."""
    if actor.role is not Role.OWNER or actor.organisation is None:
        return []
    rows = Result.filter(round__owner=actor.organisation)
    return await _told(rows, "selection.duty.judge", actor, now, among)


async def _told(
    rows: Any, verb: str, actor: Actor, now: datetime, among: Collection[str] | None
) -> list[Duty]:
    """Of these rounds, those in public notice whose price is questioned and not yet judged."""
    unjudged = Subquery(Clarification.filter(accepted__isnull=True).values("round_id"))
    asked = rows.filter(round__state=State.REVEALED, round_id__in=unjudged)
    if among is not None:
        asked = asked.filter(round__project__in=list(among))
    named = await asked.order_by("publicity_until").limit(MOST_DUTIES).select_related("round")
    steps = await progress.of_each([result.round for result in named])
    found = [one for one in steps if _may(actor, one, now)]
    titles = await projects.titles({one.round.project for one in found})
    return [
        Duty(
            verb,
            titles[one.round.project],
            f"{verb}.why",
            f"/projects/{one.round.project}",
            one.result.publicity_until if one.result else None,
            one.round.project,
        )
        for one in found
    ]


def _may(actor: Actor, one: Progress, now: datetime) -> bool:
    asked = one.clarification
    said, accepted = (asked.explanation, asked.accepted) if asked else (None, None)
    winner, until = (one.result.winner, one.result.publicity_until) if one.result else (None, None)
    if actor.role is Role.AGENCY:
        reason = policy.why_not_explain(actor, winner, one.round.state, accepted, flagged=True)
        return said is None and reason is None
    overdue = is_overdue(until, now, flagged=True)
    reason = policy.why_not_judge_explanation(
        actor, one.round.owner, one.round.state, said, accepted, overdue=overdue
    )
    return reason is None
