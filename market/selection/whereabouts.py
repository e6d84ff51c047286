"""Where rounds stand, as desks and lists tell it: what their readers wait for, what came of them.

Never who applied: an agency is told of a round once it was chosen in it, and not before.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from market.projects import queries as projects
from market.selection import progress
from market.selection.machine import STAGES
from market.selection.models import Result, Round
from market.selection.progress import Progress
from market.selection.stages import CONCLUDE
from market.selection.states import FINAL, State
from market.selection.waiting import PARTIES, Awaited, awaited
from market.web.panels import MOST_DUTIES, MOST_OUTCOMES, Outcome, Status, Wait, WaitKind
from signing.draw.contributions import OWNER


async def of_owner(call: Call) -> list[Wait]:
    """An owner's rounds that are not over, where somebody else has to act."""
    rows = Round.filter(owner=call.actor.organisation).exclude(state__in=list(FINAL))
    return await _others(await rows.order_by("deadline_at").limit(MOST_DUTIES), call)


async def of_winner(call: Call) -> list[Wait]:
    """The rounds in which an agency was chosen, until the result stands."""
    named = Result.filter(winner=call.actor.organisation, round__state=State.REVEALED)
    rows = await named.order_by("publicity_until").limit(MOST_DUTIES).select_related("round")
    return await _others([result.round for result in rows], call)


async def _others(rounds: Sequence[Round], call: Call) -> list[Wait]:
    steps = await progress.of_each(rounds)
    told = await awaited(steps, call.now)
    others = [one for one in steps if not _is_mine(one, told[one.round.about], call.actor)]
    titles = await projects.titles({one.round.project for one in others})
    return [
        Wait(
            titles[one.round.project],
            told[one.round.about].said,
            f"/projects/{one.round.project}",
            told[one.round.about].names,
            told[one.round.about].until,
            one.round.project,
        )
        for one in others
    ]


def _is_mine(one: Progress, told: Awaited, actor: Actor) -> bool:
    """Whether the reader is the party whose turn it is."""
    if actor.organisation is None or not set(told.on) & set(PARTIES):
        return False
    winner = one.result.winner if one.result else None
    return actor.organisation == (one.round.owner if OWNER in told.on else winner)


async def statuses(codes: Collection[str], actor: Actor, now: datetime) -> dict[str, Status]:
    """What the newest rounds of these projects wait for, those that are not over."""
    rows = Round.filter(project__in=list(codes)).exclude(state__in=list(FINAL))
    steps = await progress.of_each(await rows)
    told = await awaited(steps, now)
    return {one.round.project: _status(one, told[one.round.about], actor) for one in steps}


def _status(one: Progress, told: Awaited, actor: Actor) -> Status:
    mine = _is_mine(one, told, actor)
    return Status(f"{told.said}.mine" if mine else told.said, told.until)


async def won(actor: Actor) -> list[Outcome]:
    """Where an agency was chosen, the newest first."""
    if actor.role is not Role.AGENCY or actor.organisation is None:
        return []
    named = Result.filter(winner=actor.organisation).order_by("-revealed_at").limit(MOST_OUTCOMES)
    rows = await named.select_related("round")
    titles = await projects.titles({row.round.project for row in rows})
    return [
        Outcome(
            titles[row.round.project],
            "selection.outcome.final" if row.concluded_at else "selection.outcome.chosen",
            row.concluded_at or row.revealed_at,
            f"/projects/{row.round.project}",
        )
        for row in rows
    ]


_EVERY_STAGE: Final = tuple(stage.at for stage in STAGES)
WAITS: Final = (
    WaitKind(frozenset({Role.OWNER}), of_owner, _EVERY_STAGE),
    WaitKind(frozenset({Role.AGENCY}), of_winner, (CONCLUDE.at,)),
)
