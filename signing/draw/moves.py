"""Moves: somebody who was taken falls away, the next comes up (PROTOCOL.md §5.4, §6.6).

A decline, a conflict, an identity that does not bind: a logged `{"leaf","cause","evidence"}` that
names who leaves. The first reserve that still breaks no constraint moves up; nobody else moves.
Which causes a region knows and what proves them is its business.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from signing.core.canonical import Json, JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import exactly, fits, hex_of, is_text, list_of, must_have, nullable
from signing.draw.pool import Pool
from signing.draw.walk import broken, kept

_MOVE = {"leaf": hex_of(32), "cause": is_text, "evidence": nullable(hex_of(32))}
_MOVES = {"v": exactly(1), "moves": list_of(fits(_MOVE))}


@dataclass(frozen=True)
class Standings:
    """Who is taken and who is in reserve, in order."""

    taken: list[bytes]
    reserves: list[bytes]


def moves(rows: Sequence[JsonObject]) -> bytes:
    """Give the bytes of `draws/<name>.moves.json` from rows {leaf, cause, evidence}."""
    return dumps(must_have("moves", {"v": 1, "moves": list(rows)}, _MOVES))


def read_moves(data: bytes) -> list[JsonObject]:
    """Read the rows of a moves file."""
    rows: list[JsonObject] = must_have("moves", loads(data), _MOVES)["moves"]
    return rows


def moved(
    rules: JsonObject, dropped: Sequence[str], pool: Pool, start: Standings, rows: Sequence[Json]
) -> Standings:
    """Give who is taken after all moves; refuses one who was neither taken nor in reserve.

    In a price round the reserves to start with are `ranking.after`.
    """
    constraints = kept(rules, dropped)
    taken, reserves = list(start.taken), list(start.reserves)
    for row in rows:
        leaf = unhex(row["leaf"], 32)
        if leaf in reserves:
            reserves.remove(leaf)
            continue
        if leaf not in taken:
            raise Refused("move", "nobody to move: {leaf} is not taken", leaf=row["leaf"])
        taken.remove(leaf)
        beside = [pool.record(one) for one in taken]
        fit = (one for one in reserves if broken(constraints, pool.record(one), beside) is None)
        follower = next(fit, None)
        if follower is not None:
            reserves.remove(follower)
            taken.append(follower)
    return Standings(taken, reserves)
