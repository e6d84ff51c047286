"""From publication to sign-up: begun once all have committed to a part of the seed, or given up."""

from market.infra.db import use_case
from market.kernel.call import Call
from market.selection import stages
from market.selection.deciding.missing import missing_in
from market.selection.deciding.step import Step
from market.selection.models import Round
from market.selection.progress import Progress
from market.selection.rules import Failure
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.rounds.facts import Accepting


@use_case
async def accept(call: Call, about: str) -> None:
    """Open the round for applications: everybody has committed to a part of the seed."""
    round_ = await locked(about)
    if round_.state is State.PUBLISHED and await _is_whole(round_):
        await move(call, round_, Event.ALL_CONTRIBUTED, Accepting())


@use_case
async def give_up(call: Call, about: str) -> None:
    """End a round whose contributors did not all come before the hour."""
    round_ = await locked(about)
    if round_.state is State.PUBLISHED and call.now >= round_.opens_at:
        await fail(call, round_, Event.NOT_CONTRIBUTED, Failure.NOT_CONTRIBUTED)


async def _all_contributed(one: Progress) -> bool:
    return await _is_whole(one.round)


async def _is_whole(round_: Round) -> bool:
    return (await missing_in([round_]))[round_.about].nothing


ACCEPT = Step(stages.ACCEPT, accept, given=_all_contributed)
GIVE_UP = Step(stages.GIVE_UP, give_up)
