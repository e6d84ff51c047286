"""The end of the public notice: the result stands, and the notice of selection is ordered."""

from market.documents import steps as documents
from market.infra.db import use_case
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection.deciding.notice import notice_of
from market.selection.papers import NOTICE
from market.selection.states import Event, State
from market.selection.steps import locked, move


@use_case
async def conclude(call: Call, about: str) -> None:
    """The publicity period is over: order the notice."""
    found = await locked(about)
    if found.state is not State.REVEALED or not found.publicity_until:
        return
    if call.now < found.publicity_until or (found.flagged and not found.explanation_accepted):
        return
    await move(call, found, Event.CONCLUDED, {"winner": found.winner}, concluded_at=call.now)
    await documents.order(call, NOTICE, about, await notice_of(call, found))
    await projects.concluded(call, found.project)
