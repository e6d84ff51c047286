"""What time and the trustees' answers do to rounds: each that is not over takes its step."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from tortoise.expressions import Q, Subquery

from market.audit.publish import witnessed_note
from market.kernel.call import Call
from market.kernel.job import Job
from market.selection import progress
from market.selection.deciding import inputs
from market.selection.deciding.acceptance import accept, give_up
from market.selection.deciding.conclusion import conclude
from market.selection.deciding.decision import decide
from market.selection.deciding.freeze import close
from market.selection.deciding.reveal import chosen_record, reveal_winner
from market.selection.escrow.breach import open_escrow
from market.selection.models import OpeningOrder, Result, Round
from market.selection.progress import Progress
from market.selection.round_secrets import ROUND_KEY, round_key_name
from market.selection.states import FINAL, ON_TRUSTEES, State
from market.selection.timeline import Standing, Step, due
from market.selection.trustees.worklist import last_index
from signing.ways.pools import POOLS

STEPS: Final[dict[Step, Callable[[Call, str], Awaitable[None]]]] = {
    Step.ACCEPT: accept,
    Step.GIVE_UP: give_up,
    Step.CLOSE: close,
    Step.DECIDE: decide,
    Step.REVEAL: reveal_winner,
    Step.CONCLUDE: conclude,
}


async def advance_due(call: Call) -> None:
    """Take every step that is due; one round's trouble does not hold up the others."""
    troubles: list[Exception] = []
    rounds = await Round.filter(_may_be_due(call.now)).order_by("deadline_at")
    for one in await progress.of_each(rounds):
        try:
            step = due(await standing(one), call.now)
            if step is not None:
                await STEPS[step](call, one.round.about)
        except Exception as error:  # noqa: BLE001 - told below, after the other rounds had their turn
            troubles.append(error)
    if troubles:
        raise ExceptionGroup("rounds that could not be advanced", troubles)


def _may_be_due(now: datetime) -> Q:
    """What the timeline may find due at ``now``: no round that only waits for its hour."""
    public = Result.filter(publicity_until__lte=now, concluded_at__isnull=True)
    return Q(
        Q(state__in=ON_TRUSTEES),
        Q(state=State.ACCEPTING, deadline_at__lte=now),
        Q(state=State.REVEALED, about__in=Subquery(public.values("round_id"))),
        join_type="OR",
    )


async def tend_keys(call: Call) -> None:
    """Make up for a crash after a commit: each round has its secret until it is over."""
    held = set(call.tools.keys.names(ROUND_KEY))
    going_on = await Round.filter(state__not_in=list(FINAL)).values_list("about", flat=True)
    wanted = {round_key_name(str(about)) for about in going_on}
    for name in held - wanted:
        call.tools.keys.destroy(name)
    for name in wanted - held:
        call.tools.keys.secret(name)


async def open_ordered(call: Call) -> None:
    """Open every escrow whose order the trustees have obeyed."""
    troubles: list[Exception] = []
    for order in await OpeningOrder.filter(opened_at=None).order_by("ordered_at"):
        try:
            await open_escrow(call, order.round_id, order.sha256)
        except Exception as error:  # noqa: BLE001 - told below, after the others had their turn
            troubles.append(error)
    if troubles:
        raise ExceptionGroup("escrows that could not be opened", troubles)


async def standing(one: Progress) -> Standing:
    """What the timeline asks about a round."""
    row, k = one.round, one.round.terms["k"]
    return Standing(
        state=row.state,
        opens_at=row.opens_at,
        deadline_at=row.deadline_at,
        publicity_until=one.result.publicity_until if one.result else None,
        contributed=row.state is State.PUBLISHED and await inputs.all_contributed(row),
        shares_in=row.state is State.FROZEN and await _shares_in(row, k),
        identity_in=row.state is State.DECIDED and await _identity_in(row, k),
        explanation_open=one.judging is not None and not one.judging.accepted,
    )


async def _shares_in(row: Round, k: int) -> bool:
    due = await inputs.due_at_the_hour(row)
    shares = await inputs.shares_of(due)
    return all(len(shares.get(sha, {})) >= k for sha in due)


async def _identity_in(row: Round, k: int) -> bool:
    if not POOLS[row.pool].applied_for:  # nothing to release, yet nobody acts unwitnessed
        return await witnessed_note(await last_index(row)) is not None
    sha = (await chosen_record(row.about))["identity"]
    return len((await inputs.shares_of([sha])).get(sha, {})) >= k


JOBS: Final = (
    Job("rounds", 0.5, advance_due),
    Job("escrows", 1, open_ordered),
    Job("round keys", 60, tend_keys),
)
