"""What was opened and drawn, as a round's page shows it: codes and prices, never a name."""

from dataclasses import dataclass
from typing import Any

from market.selection import models
from market.selection.artifacts import paper
from signing.core.canonical import loads
from signing.draw.pool import position_code


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the opened round: a code, never a name."""

    code: str
    leaf: str
    price_fen: int | None
    rank: int | None
    excluded: str | None
    chosen: bool
    reserve: bool
    moved: str | None
    tied: bool


@dataclass(frozen=True, slots=True)
class Tied:
    """One of those who were equal and drawn for; its ticket, where the draw came that far."""

    code: str
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was opened and drawn: every candidate by its code, and the documents that prove it.

    ``tied``: those whose prices were equally low, in the order in which they were drawn.
    """

    candidates: tuple[Candidate, ...]
    tied: tuple[Tied, ...]
    seed: str
    transcript_sha256: str | None
    ranking_sha256: str | None


async def opened(
    decision: models.Decision, transcript: dict[str, Any], seen: frozenset[str]
) -> Decision:
    """The decision with those parts of it that are ``seen`` (``blind.visible``)."""
    prices = await _prices(decision) if "prices" in seen else {}
    tied = _tied(transcript) if prices else ()
    return Decision(
        candidates=_candidates(decision, transcript, prices, {one.code for one in tied}),
        tied=tied,
        seed=transcript["seed"],
        transcript_sha256=decision.transcript_sha256,
        ranking_sha256=decision.ranking_sha256,
    )


async def _prices(decision: models.Decision) -> dict[str, tuple[int, int]]:
    if decision.ranking_sha256 is None:
        return {}
    entries = loads(await paper(decision.ranking_sha256))["entries"]
    ranks: dict[int, int] = {}
    for place, entry in enumerate(entries, 1):
        ranks.setdefault(entry["price_fen"], place)
    return {e["leaf"]: (ranks[e["price_fen"]], e["price_fen"]) for e in entries}


def _tied(transcript: dict[str, Any]) -> tuple[Tied, ...]:
    """Who was drawn for where prices are compared: all that were equally the best."""
    codes = {
        item["leaf"]: position_code(position)
        for position, item in enumerate(transcript["pool"])
        if item["record"]["excluded"] is None
    }
    if len(codes) < 2:
        return ()
    tickets = {step["leaf"]: step["ticket"] for step in transcript["walk"]}
    order = [*tickets, *(leaf for leaf in codes if leaf not in tickets)]
    return tuple(Tied(codes[leaf], tickets.get(leaf)) for leaf in order if leaf in codes)


def _candidates(
    decision: models.Decision,
    transcript: dict[str, Any],
    prices: dict[str, tuple[int, int]],
    tied: set[str],
) -> tuple[Candidate, ...]:
    """All of them, who is chosen first, then by rank, reserves in their order, by code."""
    moved = {m["leaf"]: m["cause"] for m in decision.moves}
    reserves = {leaf: place for place, leaf in enumerate(transcript["reserves"])}
    last = len(reserves)
    lines = []
    for position, item in enumerate(transcript["pool"]):
        leaf, code = item["leaf"], position_code(position)
        rank, price = prices.get(leaf, (None, None))
        line = Candidate(
            code=code,
            leaf=leaf,
            price_fen=price,
            rank=rank,
            excluded=item["record"]["excluded"],
            chosen=leaf == decision.chosen,
            reserve=leaf in reserves,
            moved=moved.get(leaf),
            tied=code in tied,
        )
        order = (not line.chosen, rank or 10**9, reserves.get(leaf, last), position)
        lines.append((order, line))
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))
