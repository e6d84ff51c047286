"""What waits for owners and agencies in a selection: to publish, to explain a price, to judge."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from market.kernel.actors import Actor, Role
from market.projects import queries as projects
from market.projects.states import State as ProjectState
from market.selection import policy
from market.selection.models import Round
from market.selection.rules import is_overdue
from market.selection.states import State
from market.web.panels import MOST_DUTIES, Duty


async def to_publish(actor: Actor, _now: datetime, among: Collection[str] | None) -> list[Duty]:
    """An owner's checked needs."""
    return [
        Duty(
            "selection.duty.publish",
            row.title,
            "selection.duty.publish.why",
            f"/projects/{row.code}/publish",
            project=row.code,
        )
        for row in await projects.owned(actor, (ProjectState.READY,), among, MOST_DUTIES)
    ]


async def to_explain(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """An agency's own prices far below the others."""
    if actor.role is not Role.AGENCY or actor.organisation is None:
        return []
    rows = Round.filter(winner=actor.organisation, explanation__isnull=True)
    return await _told(rows, "selection.duty.explain", actor, now, among)


async def to_judge(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """What an owner was told of such a price, or that nothing was told in time."""
    if actor.role is not Role.OWNER or actor.organisation is None:
        return []
    rows = Round.filter(owner=actor.organisation)
    return await _told(rows, "selection.duty.judge", actor, now, among)


async def _told(
    rows: Any, verb: str, actor: Actor, now: datetime, among: Collection[str] | None
) -> list[Duty]:
    """Of these rounds, those in public notice whose price is questioned and not yet judged."""
    asked = rows.filter(state=State.REVEALED, explanation_accepted__isnull=True)
    asked = asked.exclude(flagged=None)
    if among is not None:
        asked = asked.filter(project__in=list(among))
    found = [
        round_
        for round_ in await asked.order_by("publicity_until").limit(MOST_DUTIES)
        if _may(actor, round_, now)
    ]
    titles = await projects.titles({round_.project for round_ in found})
    return [
        Duty(
            verb,
            titles[round_.project],
            f"{verb}.why",
            f"/projects/{round_.project}",
            round_.publicity_until,
            round_.project,
        )
        for round_ in found
    ]


def _may(actor: Actor, round_: Round, now: datetime) -> bool:
    if actor.role is Role.AGENCY:
        return policy.why_not_explain(actor, round_.winner, round_.state, flagged=True) is None
    overdue = is_overdue(round_.publicity_until, now, flagged=True)
    reason = policy.why_not_judge_explanation(
        actor, round_.owner, round_.state, round_.explanation, overdue=overdue
    )
    return reason is None
