"""The identity of who was chosen is opened, checked and shown, or the next in line follows.

How it is opened and held against what is known is the pool's.
"""

from datetime import timedelta

from market.accounts.regions import rules_of
from market.infra.db import use_case
from market.kernel.call import Call
from market.selection import stages
from market.selection.deciding.pools.pool import FallsAway, Named
from market.selection.deciding.pools.registry import POOLS
from market.selection.deciding.released import chosen_record, shares_are_in
from market.selection.deciding.step import Step
from market.selection.deciding.succession import move_on
from market.selection.models import Decision, Result, Round
from market.selection.states import Event, State
from market.selection.steps import locked, move
from signing.rounds.facts import Revealed


@use_case
async def reveal_winner(call: Call, about: str) -> None:
    """Name who was chosen, or move on when the identity does not hold."""
    round_ = await locked(about)
    if round_.state is not State.DECIDED:
        return
    outcome = await POOLS[round_.pool].identify(call, round_, await chosen_record(about))
    if isinstance(outcome, FallsAway):
        await move_on(call, round_, outcome.cause, outcome.evidence, **outcome.proof)
    elif outcome is not None:
        await _show(call, round_, outcome)


async def _show(call: Call, round_: Round, named: Named) -> None:
    decision = await Decision.get(round_id=round_.about)
    told = Revealed(
        leaf=str(decision.chosen),
        agency=named.agency,
        agency_salt=named.agency_salt,
        identity=named.identity,
        standing=named.standing,
        price_fen=named.price_fen,
    )
    days = rules_of(round_.region, call.now).publicity_days
    await Result.create(
        round_id=round_.about,
        winner=named.agency["code"],
        winner_name=named.agency["name"],
        price_fen=named.price_fen,
        revealed_at=call.now,
        publicity_until=call.now + timedelta(days=days),
    )
    await move(call, round_, Event.REVEALED, told)


REVEAL = Step(stages.REVEAL, reveal_winner, given=shares_are_in)
