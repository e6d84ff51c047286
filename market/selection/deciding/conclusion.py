"""The end of the public notice: the result stands, and the notice of selection is ordered."""

from market.documents import steps as documents
from market.infra.db import use_case
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection.deciding.notice import notice_of
from market.selection.models import Judging, Result
from market.selection.papers import NOTICE
from market.selection.states import Event, State
from market.selection.steps import locked, move
from signing.rounds.facts import Concluded


@use_case
async def conclude(call: Call, about: str) -> None:
    """The publicity period is over: order the notice."""
    round_ = await locked(about)
    if round_.state is not State.REVEALED:
        return
    result = await Result.get(round_id=about)
    judging = await Judging.get_or_none(round_id=about)
    if call.now < result.publicity_until or (judging and not judging.accepted):
        return
    await Result.filter(round_id=about).update(concluded_at=call.now)
    await move(call, round_, Event.CONCLUDED, Concluded(winner=result.winner))
    await documents.order(call, NOTICE, about, await notice_of(call, round_))
    await projects.concluded(call, round_.project)
