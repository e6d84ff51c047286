"""Moving on: somebody chosen falls away, the next in line follows (PROTOCOL.md §5.4, §6.6)."""

from asyncio import to_thread
from collections.abc import Mapping

from market.accounts.regions import rules_of
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection.artifacts import paper
from market.selection.models import Clarification, Decision, Result, Round
from market.selection.rules import Failure, Moved
from market.selection.states import Event
from market.selection.steps import fail, move
from market.selection.ways.registry import WAYS
from market.selection.ways.way import FarBelow
from signing.core.canonical import JsonObject, loads
from signing.draw import moves
from signing.draw.transcript import check
from signing.rounds import facts
from signing.ways import ranking


async def flag_anew(
    call: Call, round_: Round, prices: Mapping[bytes, int], chosen: bytes | None
) -> None:
    """Whether the price of who is ``chosen`` now must be explained. Inside a unit.

    ``prices`` {leaf: fen} are those of everybody who is left.
    """
    await Clarification.filter(round_id=round_.about).delete()
    low = _far_below(call, round_, prices, chosen)
    if low:
        flagged = {"measure": low.measure, "bound_fen": low.bound_fen}
        await Clarification.create(round_id=round_.about, flagged=flagged)


def _far_below(
    call: Call, round_: Round, prices: Mapping[bytes, int], chosen: bytes | None
) -> FarBelow | None:
    judge = WAYS[round_.way].flag
    if judge is None or chosen is None or chosen not in prices:
        return None
    others = [price for other, price in prices.items() if other != chosen]
    rules = rules_of(round_.region, call.now)
    return judge(prices[chosen], others, round_.control_price_fen, rules)


async def move_on(
    call: Call,
    round_: Round,
    cause: Moved,
    evidence: str | None = None,
    **proof: JsonObject,
) -> None:
    """The next in line follows who is chosen, or the round ends. Inside a unit.

    ``proof`` are more facts for whoever checks the cause, such as ``standing``.
    """
    decision = await Decision.get(round_id=round_.about)
    leaf = decision.chosen or ""
    rows = [*decision.moves, {"leaf": leaf, "cause": str(cause), "evidence": evidence}]
    transcript = await paper(decision.transcript_sha256)
    drawn = await to_thread(lambda: check(loads(transcript)))
    ranked = await paper(decision.ranking_sha256) if decision.ranking_sha256 else None
    start = WAYS[round_.way].rules.start(drawn.walk, ranked)
    now = moves.moved(round_.terms["rules"], drawn.walk.dropped, drawn.pool, start, rows)
    chosen = next(iter(now.taken), None)
    gone = {row["leaf"] for row in rows}
    listed = ranking.prices(ranked) if ranked else {}
    left = {one: fen for one, fen in listed.items() if one.hex() not in gone}
    await Decision.filter(round_id=round_.about).update(
        moves=rows, chosen=chosen.hex() if chosen else None
    )
    await Result.filter(round_id=round_.about).delete()
    await flag_anew(call, round_, left, chosen)
    await projects.priced(call, round_.project, left.get(chosen) if chosen else None)
    told = facts.Moved(leaf=leaf, cause=str(cause), evidence=evidence, **proof)
    await move(call, round_, Event.MOVED, told)
    if chosen is None:
        await fail(call, round_, Event.EXHAUSTED, Failure.EXHAUSTED)
