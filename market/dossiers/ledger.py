"""The ledger in a dossier: proofs of its entries, and the checkpoints that date what happened."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from market.audit.models import Checkpoint
from market.audit.publish import witnessed_by
from market.dossiers.contents import Contents
from signing.core.canonical import JsonObject, dumps, read_instant
from signing.core.facts import Facts
from signing.log import tree
from signing.log.checkpoint import COSIGNED_WITHIN
from signing.rounds import facts
from signing.rounds.ledger_view import RoundView

LANDMARKS: Final[tuple[type[Facts], ...]] = (facts.Frozen, facts.Unsealed, facts.Decided)


def proofs(nodes: tree.Nodes, what: Contents) -> Iterator[bytes]:
    """The bytes of ``ledger/proofs.json``, piece by piece."""
    for place, index in enumerate(what.indexes):
        path = [part.hex() for part in tree.inclusion(nodes, index, what.size)]
        yield (b"," if place else b"[") + dumps({"index": index, "proof": path})
    yield b"]"


async def history(nodes: tree.Nodes, what: Contents) -> list[JsonObject]:
    """What ``ledger/history.json`` holds: before the hour, with freeze, opening and decision."""
    found: dict[int, str] = {}
    for round_ in what.rounds:
        if round_.first(facts.Frozen):
            found |= await _before_the_hour(round_)
        for kind in LANDMARKS:
            act = round_.first(kind)
            if act:
                found |= await _first_with(act.index, what.size)
    sizes = sorted(found)
    return [
        {
            "checkpoint": found[size],
            "proof": [part.hex() for part in tree.consistency(nodes, size, after)],
        }
        for size, after in pairwise([*sizes, what.size])
    ]


async def _first_with(index: int, most: int) -> dict[int, str]:
    rows = Checkpoint.filter(witnessed=True, size__gt=index, size__lte=most).order_by("size")
    return {row.size: row.note for row in await rows.limit(1)}


async def _before_the_hour(found: RoundView) -> dict[int, str]:
    """The largest checkpoint that the quorum cosigned by the deadline, or a minute after it."""
    hour = read_instant(found.deadline) + COSIGNED_WITHIN
    row = await witnessed_by(hour, size__lte=found.must(facts.Frozen).index)
    return {row.size: row.note} if row else {}
