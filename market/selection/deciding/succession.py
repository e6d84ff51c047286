"""Moving on: somebody chosen falls away, the next in line follows (PROTOCOL.md §5.4, §6.6)."""

from collections.abc import Mapping

from market.accounts.regions import rules_of
from market.kernel.call import Call
from market.selection.artifacts import paper
from market.selection.models import Round
from market.selection.rules import Moved
from market.selection.states import Event
from market.selection.steps import fail, move
from market.selection.ways.registry import WAYS
from signing.core.canonical import JsonObject, loads
from signing.draw import moves
from signing.draw.transcript import check
from signing.ways import ranking


def flag(
    call: Call, round_: Round, prices: Mapping[bytes, int], leaf: bytes
) -> dict[str, int | str] | None:
    """Why the price of ``leaf`` must be explained, among the ``prices`` {leaf: fen} left."""
    judge = WAYS[round_.way].flag
    if judge is None or leaf not in prices:
        return None
    others = [price for other, price in prices.items() if other != leaf]
    rules = rules_of(round_.region, call.now)
    low = judge(prices[leaf], others, round_.control_price_fen, rules)
    return {"measure": low.measure, "bound_fen": low.bound_fen} if low else None


async def move_on(
    call: Call,
    round_: Round,
    cause: Moved,
    leaf: str,
    evidence: str | None = None,
    **proof: JsonObject,
) -> None:
    """The next in line follows ``leaf``, or the round ends when there is none. Inside a unit.

    ``proof`` are more facts for whoever checks the cause, such as ``standing``.
    """
    rows = [*round_.moves, {"leaf": leaf, "cause": str(cause), "evidence": evidence}]
    body = loads(await paper(round_.transcript_sha256))
    done = check(body)
    ranked = await paper(round_.ranking_sha256) if round_.ranking_sha256 else None
    start = WAYS[round_.way].rules.start(done.walk, ranked)
    gone = {row["leaf"] for row in rows}
    listed = ranking.prices(ranked) if ranked else {}
    prices = {leaf: fen for leaf, fen in listed.items() if leaf.hex() not in gone}
    now = moves.moved(round_.terms["rules"], done.walk.dropped, done.pool, start, rows)
    facts = {"leaf": leaf, "cause": str(cause), "evidence": evidence, **proof}
    columns = {
        "moves": rows,
        "chosen": now.taken[0].hex() if now.taken else None,
        "winner": None,
        "winner_name": None,
        "winner_price_fen": None,
        "revealed_at": None,
        "publicity_until": None,
        "flagged": flag(call, round_, prices, now.taken[0]) if now.taken else None,
        "explanation": None,
        "explanation_accepted": None,
    }
    await move(call, round_, Event.MOVED, facts, **columns)
    if not now.taken:
        await fail(call, round_, Event.EXHAUSTED, "EXHAUSTED")
