"""What waits for owners, agencies and regulators in a selection: each kind with where it arises."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from tortoise.expressions import Subquery

from market.accounts.regions import rules_of
from market.kernel.actors import Role
from market.kernel.call import Call
from market.projects import queries as projects
from market.projects.queries import Owned
from market.projects.states import MACHINE as PROJECT
from market.projects.states import State as ProjectState
from market.selection import policy, progress
from market.selection.models import Clarification, Result
from market.selection.progress import Progress
from market.selection.rules import is_overdue
from market.selection.stages import CONCLUDE
from market.selection.states import State
from market.web.panels import MOST_DUTIES, Duty, DutyKind


async def to_publish(call: Call, among: Collection[str] | None) -> list[Duty]:
    """An owner's checked needs, but those too late to publish or somebody else's to publish."""
    return [
        Duty(
            "selection.duty.publish",
            row.title,
            "selection.duty.publish.why",
            f"/projects/{row.code}/publish",
            _latest(call, row),
            row.code,
        )
        for row in await projects.owned(
            call.actor, (ProjectState.READY,), among, MOST_DUTIES, call.now
        )
        if row.may_publish and not row.is_late
    ]


def _latest(call: Call, row: Owned) -> datetime | None:
    """Until when its publication leaves agencies the days that the region gives them."""
    if row.deadline_at is None:
        return None
    rules = rules_of(row.region, call.now)
    calendar = call.tools.calendar.closing(rules.closed_days)
    return calendar.add(row.deadline_at, -rules.sign_up_working_days)


async def to_explain(call: Call, among: Collection[str] | None) -> list[Duty]:
    """An agency's own prices far below the others."""
    rows = Result.filter(winner=call.actor.organisation)
    asked = [one for one in await _questioned(rows, among) if _may_explain(call, one)]
    return await _lines(asked, "selection.duty.explain", {})


async def to_judge(call: Call, among: Collection[str] | None) -> list[Duty]:
    """What an owner was told of such a price, or that nothing was told in time."""
    rows = Result.filter(round__owner=call.actor.organisation)
    asked = [one for one in await _questioned(rows, among) if _may_judge(call, one)]
    silent = {one.round.about: "selection.duty.judge.silent" for one in asked if not _said(one)}
    return await _lines(asked, "selection.duty.judge", silent)


async def _questioned(rows: Any, among: Collection[str] | None) -> list[Progress]:
    """Of these rounds, those in public notice whose price is questioned and not yet judged."""
    unjudged = Subquery(Clarification.filter(accepted__isnull=True).values("round_id"))
    asked = rows.filter(round__state=State.REVEALED, round_id__in=unjudged)
    if among is not None:
        asked = asked.filter(round__project__in=list(among))
    named = await asked.order_by("publicity_until").limit(MOST_DUTIES).select_related("round")
    return await progress.of_each([result.round for result in named])


async def _lines(asked: list[Progress], verb: str, whys: dict[str, str]) -> list[Duty]:
    titles = await projects.titles({one.round.project for one in asked})
    return [
        Duty(
            verb,
            titles[one.round.project],
            whys.get(one.round.about, f"{verb}.why"),
            f"/projects/{one.round.project}?tab=selection#clarification",
            one.result.publicity_until if one.result else None,
            one.round.project,
        )
        for one in asked
    ]


def _said(one: Progress) -> str | None:
    return one.clarification.explanation if one.clarification else None


def _accepted(one: Progress) -> bool | None:
    return one.clarification.accepted if one.clarification else None


def _may_explain(call: Call, one: Progress) -> bool:
    winner = one.result.winner if one.result else None
    reason = policy.why_not_explain(
        call.actor, winner, one.round.state, _accepted(one), flagged=one.is_flagged
    )
    return _said(one) is None and reason is None


def _may_judge(call: Call, one: Progress) -> bool:
    until = one.result.publicity_until if one.result else None
    reason = policy.why_not_judge_explanation(
        call.actor,
        one.round.owner,
        one.round.state,
        _said(one),
        _accepted(one),
        overdue=is_overdue(until, call.now, flagged=one.is_flagged),
    )
    return reason is None


DUTIES: Final = (
    DutyKind(
        "selection.duty.publish",
        frozenset({Role.OWNER}),
        to_publish,
        (PROJECT.at(ProjectState.READY),),
    ),
    DutyKind("selection.duty.explain", frozenset({Role.AGENCY}), to_explain, (CONCLUDE.at,)),
    DutyKind("selection.duty.judge", frozenset({Role.OWNER}), to_judge, (CONCLUDE.at,)),
)
