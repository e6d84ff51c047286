"""From publication to sign-up: begun once all have committed to a part of the seed, or given up."""

from market.infra.db import use_case
from market.kernel.call import Call
from market.selection.deciding import inputs
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.rounds.facts import Accepting


@use_case
async def accept(call: Call, about: str) -> None:
    """Open the round for applications: everybody has committed to a part of the seed."""
    found = await locked(about)
    if found.state is State.PUBLISHED and await inputs.all_contributed(found):
        await move(call, found, Event.ALL_CONTRIBUTED, Accepting())


@use_case
async def give_up(call: Call, about: str) -> None:
    """End a round whose contributors did not all come before the hour."""
    found = await locked(about)
    if found.state is State.PUBLISHED and call.now >= found.opens_at:
        await fail(call, found, Event.NOT_CONTRIBUTED, "NOT_CONTRIBUTED")
