"""Moving on: somebody chosen falls away, the next in line follows (PROTOCOL.md §5.4, §6.6)."""

from collections.abc import Mapping

from market.accounts.regions import rules_of
from market.kernel.call import Call
from market.selection.artifacts import paper
from market.selection.models import Round
from market.selection.rules import Moved, far_below
from market.selection.states import Event
from market.selection.steps import fail, move
from signing.core.canonical import JsonObject, loads, unhex
from signing.draw import moves
from signing.draw.moves import Standings
from signing.draw.transcript import check
from signing.ways import ranking


def flag(
    call: Call, found: Round, prices: Mapping[bytes, int], leaf: bytes
) -> dict[str, int | str] | None:
    """Why the price of ``leaf`` must be explained, among the ``prices`` {leaf: fen} left."""
    if leaf not in prices or found.control_price_fen is None:
        return None
    others = [price for other, price in prices.items() if other != leaf]
    rules = rules_of(found.region, call.now)
    low = far_below(prices[leaf], others, found.control_price_fen, rules)
    return {"measure": low.measure, "bound_fen": low.bound_fen} if low else None


async def move_on(
    call: Call,
    found: Round,
    cause: Moved,
    leaf: str,
    evidence: str | None = None,
    **proof: JsonObject,
) -> None:
    """The next in line follows ``leaf``, or the round ends when there is none. Inside a unit.

    ``proof`` are more facts for whoever checks the cause, such as ``standing``.
    """
    rows = [*found.moves, {"leaf": leaf, "cause": str(cause), "evidence": evidence}]
    body = loads(await paper(found.transcript_sha256))
    done = check(body)
    reserves, prices = done.walk.reserves, {}
    if found.ranking_sha256:
        ranked = ranking.read_ranking(await paper(found.ranking_sha256))
        reserves = ranking.after(ranked, done.walk.taken)
        gone = {row["leaf"] for row in rows}
        left = [one for one in ranked["entries"] if one["leaf"] not in gone]
        prices = {unhex(one["leaf"]): int(one["price_fen"]) for one in left}
    now = moves.moved(
        found.terms["rules"],
        done.walk.dropped,
        done.pool,
        Standings(done.walk.taken, reserves),
        rows,
    )
    facts = {"leaf": leaf, "cause": str(cause), "evidence": evidence, **proof}
    columns = {
        "moves": rows,
        "chosen": now.taken[0].hex() if now.taken else None,
        "winner": None,
        "winner_name": None,
        "winner_price_fen": None,
        "revealed_at": None,
        "publicity_until": None,
        "flagged": flag(call, found, prices, now.taken[0]) if now.taken else None,
        "explanation": None,
        "explanation_accepted": None,
    }
    await move(call, found, Event.MOVED, facts, **columns)
    if not now.taken:
        await fail(call, found, Event.EXHAUSTED, "EXHAUSTED")
