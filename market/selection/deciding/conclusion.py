"""The end of the public notice: the result stands, and the notice of selection is ordered."""

from datetime import datetime

from tortoise.expressions import Q, Subquery

from market.documents import steps as documents
from market.infra.db import use_case
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection import stages
from market.selection.deciding.notice import notice_of
from market.selection.deciding.step import Step
from market.selection.models import Clarification, Result
from market.selection.papers import NOTICE
from market.selection.progress import Progress
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
    asked = await Clarification.get_or_none(round_id=about)
    if call.now < result.publicity_until or (asked and not asked.accepted):
        return
    await Result.filter(round_id=about).update(concluded_at=call.now)
    await move(call, round_, Event.CONCLUDED, Concluded(winner=result.winner))
    await documents.order(call, NOTICE, about, await notice_of(call, round_))
    await projects.concluded(call, round_.project)


async def _is_settled(one: Progress) -> bool:
    return one.clarification is None or bool(one.clarification.accepted)


def _past_notice(now: datetime) -> Q:
    public = Result.filter(publicity_until__lte=now, concluded_at__isnull=True)
    return Q(about__in=Subquery(public.values("round_id")))


CONCLUDE = Step(stages.CONCLUDE, conclude, given=_is_settled, among=_past_notice)
