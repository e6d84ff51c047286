"""A price far below the others: its winner explains it, the owner judges the explanation."""

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.selection import policy
from market.selection.deciding.succession import move_on
from market.selection.events import Tag
from market.selection.forms import (
    Explanation,
    Verdict,
)
from market.selection.models import Round
from market.selection.rules import Moved, is_overdue
from market.selection.steps import locked
from signing.core.hashing import sha256


@use_case
async def explain(call: Call, about: str, form: Explanation) -> None:
    """The winner explains a price far below the others."""
    found = await locked(about)
    must(policy.why_not_explain(call.actor, found.winner, found.state, flagged=bool(found.flagged)))
    if found.explanation_accepted is not None:
        raise MarketError("selection.judged_already", Kind.CONFLICT)
    facts = {"sha256": sha256(form.text.encode()).hex()}
    mark = await ledger.record(call, Tag.EXPLAINED, about=about, facts=facts)
    await Round.filter(about=about).update(explanation=form.text, act_id=mark.token)


@use_case
async def judge_explanation(call: Call, about: str, form: Verdict) -> None:
    """Accept the winner's explanation, or refuse it: then the next in line follows."""
    found = await locked(about)
    overdue = is_overdue(found.publicity_until, call.now, flagged=bool(found.flagged))
    must(
        policy.why_not_judge_explanation(
            call.actor, found.owner, found.state, found.explanation, overdue=overdue
        )
    )
    if form.accepted and not found.explanation:
        raise MarketError("selection.nothing_to_judge", Kind.CONFLICT)
    if found.explanation_accepted is not None:
        raise MarketError("selection.judged_already", Kind.CONFLICT)
    facts = {"accepted": form.accepted, "reason": form.reason}
    mark = await ledger.record(call, Tag.ACCEPTED_EXPLANATION, about=about, facts=facts)
    await Round.filter(about=about).update(explanation_accepted=form.accepted, act_id=mark.token)
    if not form.accepted:
        await move_on(call, found, Moved.EXPLANATION_REFUSED, found.chosen or "")
