"""A price far below the others: its winner explains it, the owner judges the explanation."""

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.selection import policy
from market.selection.deciding.succession import move_on
from market.selection.forms import Explanation, Verdict
from market.selection.models import Clarification, Result, Round
from market.selection.rules import Moved, is_overdue
from market.selection.steps import locked
from signing.core.hashing import sha256
from signing.rounds.facts import Explained, ExplanationJudged


@use_case
async def explain(call: Call, about: str, form: Explanation) -> None:
    """The winner explains a price far below the others."""
    round_, asked, result = await _explained(about)
    winner = result.winner if result else None
    accepted, flagged = asked.accepted if asked else None, asked is not None
    must(policy.why_not_explain(call.actor, winner, round_.state, accepted, flagged=flagged))
    told = Explained(sha256=sha256(form.text.encode()).hex())
    mark = await ledger.record(call, told, about=about)
    await Clarification.filter(round_id=about).update(explanation=form.text)
    await Round.filter(about=about).update(act_id=mark.token)


@use_case
async def judge_explanation(call: Call, about: str, form: Verdict) -> None:
    """Accept the winner's explanation, or refuse it: then the next in line follows."""
    round_, asked, result = await _explained(about)
    said, accepted = (asked.explanation, asked.accepted) if asked else (None, None)
    until = result.publicity_until if result else None
    overdue = is_overdue(until, call.now, flagged=asked is not None)
    must(
        policy.why_not_judge_explanation(
            call.actor, round_.owner, round_.state, said, accepted, overdue=overdue
        )
    )
    if form.accepted and not said:
        raise MarketError("selection.nothing_to_judge", Kind.CONFLICT)
    told = ExplanationJudged(accepted=form.accepted, reason=form.reason)
    mark = await ledger.record(call, told, about=about)
    await Clarification.filter(round_id=about).update(accepted=form.accepted)
    await Round.filter(about=about).update(act_id=mark.token)
    if not form.accepted:
        await move_on(call, round_, Moved.EXPLANATION_REFUSED)


async def _explained(about: str) -> tuple[Round, Clarification | None, Result | None]:
    """The locked round with what of it must be explained, and by whom."""
    round_ = await locked(about)
    asked = await Clarification.get_or_none(round_id=about)
    return round_, asked, await Result.get_or_none(round_id=about)
