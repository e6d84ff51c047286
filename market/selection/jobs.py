"""What time and the trustees' answers do to rounds: each that is not over takes its step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tortoise.expressions import Q

from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.kernel.job import Job
from market.selection import progress
from market.selection.deciding.step import Step
from market.selection.escrow.breach import is_obeyed, open_escrow
from market.selection.models import OpeningOrder, Round
from market.selection.progress import Progress
from market.selection.round_secrets import ROUND_KEY, round_key, round_key_name
from market.selection.stages import Stage
from market.selection.states import FINAL, RoundState
from market.selection.step_registry import STEPS
from market.selection.timeline import Standing, due
from market.selection.ways.registry import WAYS


async def advance_due(call: Call) -> None:
    """Take every step that is due; one round's trouble does not hold up the others."""
    troubles: list[Exception] = []
    rounds = await Round.filter(_may_be_due(call.now)).order_by("deadline_at")
    for one in await progress.of_each(rounds):
        try:
            stages = WAYS[one.round.way].stages
            stage = due(stages, await standing(one, stages), call.now)
            if stage is not None:
                await STEPS[stage.name].take(call, one.round.about)
        except Exception as error:  # noqa: BLE001 - told below, after the other rounds had their turn
            troubles.append(error)
    if troubles:
        raise ExceptionGroup("rounds that could not be advanced", troubles)


def _may_be_due(now: datetime) -> Q:
    """What the timeline may find due at ``now``: no round that only waits for its hour."""
    wide: set[RoundState] = set()
    narrow: list[Q] = []
    for step in STEPS.values():
        if step.among:
            narrow.append(Q(step.among(now), state=step.stage.state))
        else:
            wide.add(step.stage.state)
    return Q(Q(state__in=sorted(wide)), *narrow, join_type="OR")


async def tend_keys(call: Call) -> None:
    """Make up for a crash after a commit: each round has its secret until it is over."""
    rounds = await Round.filter(state__not_in=list(FINAL)).values_list("about", flat=True)
    going_on = [str(about) for about in rounds]
    over = set(call.tools.keys.names(ROUND_KEY)) - {round_key_name(about) for about in going_on}
    for name in over:
        call.tools.keys.destroy(name)
    lost: list[Exception] = []
    for about in going_on:
        try:
            await round_key(call.tools, about)
        except MarketError as error:
            lost.append(error)
    if lost:
        raise ExceptionGroup("rounds whose secret was lost", lost)


async def open_ordered(call: Call) -> None:
    """Open every escrow whose order the trustees have obeyed."""
    troubles: list[Exception] = []
    for order in await OpeningOrder.filter(opened_at=None).order_by("ordered_at"):
        try:
            if await is_obeyed(order):
                await open_escrow(call, order.round_id, order.sha256)
        except Exception as error:  # noqa: BLE001 - told below, after the others had their turn
            troubles.append(error)
    if troubles:
        raise ExceptionGroup("escrows that could not be opened", troubles)


async def standing(one: Progress, stages: Iterable[Stage]) -> Standing:
    """What the timeline asks about a round."""
    state = one.round.state
    here = [stage for stage in stages if stage.state is state]
    given = [stage.name for stage in here if await _has_all(STEPS[stage.name], one)]
    return Standing(
        state, {stage.name: one.hour(stage.hour) for stage in here if stage.hour}, given
    )


async def _has_all(step: Step, one: Progress) -> bool:
    return step.given is None or await step.given(one)


JOBS: Final = (
    Job("rounds", 0.5, advance_due),
    Job("escrows", 1, open_ordered),
    Job("round keys", 60, tend_keys),
)
