"""Moving on: somebody chosen falls away, the next in line follows (PROTOCOL.md §5.4, §6.6)."""

from market.kernel.call import Call
from market.selection.models import Round
from market.selection.papers import paper
from market.selection.rules import Moved
from market.selection.states import Event
from market.selection.steps import fail, move
from signing.canonical import loads
from signing.draw import moves, ranking
from signing.draw.moves import Standings
from signing.draw.transcript import check


async def move_on(
    call: Call, found: Round, cause: Moved, leaf: str, evidence: str | None = None
) -> None:
    """The next in line follows ``leaf``, or the round ends when there is none. Inside a unit."""
    rows = [*found.moves, {"leaf": leaf, "cause": str(cause), "evidence": evidence}]
    body = loads(await paper(found.transcript_sha256))
    done = check(body)
    reserves = done.walk.reserves
    if found.ranking_sha256:
        ranked = ranking.read_ranking(await paper(found.ranking_sha256))
        reserves = ranking.after(ranked, done.walk.taken)
    now = moves.moved(
        found.terms["rules"],
        done.walk.dropped,
        done.pool,
        Standings(done.walk.taken, reserves),
        rows,
    )
    facts = {"leaf": leaf, "cause": str(cause), "evidence": evidence}
    columns = {
        "moves": rows,
        "chosen": now.taken[0].hex() if now.taken else None,
        "winner": None,
        "winner_name": None,
        "winner_price_fen": None,
        "revealed_at": None,
        "publicity_until": None,
        "flagged": None,
        "explanation": None,
        "explanation_accepted": None,
    }
    await move(call, found, Event.MOVED, facts, **columns)
    if not now.taken:
        await fail(call, found, Event.EXHAUSTED, "EXHAUSTED")
