"""The walk: tickets in ascending order, stratum by stratum, under constraints (PROTOCOL.md §6.6).

A pure function of rules, seed and pool. Only as many tickets are kept as may be walked, so that a
draw of few from very many neither sorts nor stores them all.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signing.core.canonical import Json, JsonObject
from signing.core.hashing import framed
from signing.draw.pool import Pool

SLACK = 64
_TICKET_SIZE = 32
_TICKETS = 1 << 8 * _TICKET_SIZE
_ABOVE_ALL = b"\xff" * (_TICKET_SIZE + 1)
_HASH_SIZE = _TICKET_SIZE.to_bytes(8, "big")

Ticket: TypeAlias = tuple[bytes, bytes]


@dataclass(frozen=True)
class Walk:
    """What came out: codes dropped, every step walked, leaves taken and in reserve, in order."""

    dropped: list[str]
    steps: list[JsonObject]
    taken: list[bytes]
    reserves: list[bytes]


def walk(rules: JsonObject, seed: bytes, pool: Pool) -> Walk:
    """Walk until `take` and `reserves` are found; the draw has failed if fewer are taken."""
    take, order = rules["take"], rules["drop_order"]
    for spent in range(len(order) + 1):
        steps, found = _walk_under(kept(rules, order[:spent]), rules, seed, pool)
        if len(found) >= take:
            break
    return Walk(order[:spent], steps, found[:take], found[take:])


def kept(rules: JsonObject, dropped: Sequence[str]) -> list[JsonObject]:
    """Give the constraints that were not dropped, in the order of the rules."""
    return [one for one in rules["constraints"] if one["code"] not in dropped]


def broken(
    constraints: Iterable[JsonObject], record: JsonObject, taken: Sequence[JsonObject]
) -> str | None:
    """Give the code of the first constraint that `record` breaks beside the records taken."""
    breaking = (one["code"] for one in constraints if _BREAKS[one["kind"]](one, record, taken))
    return next(breaking, None)


def tickets(seed: bytes, stratum: str, leaves: Iterable[bytes]) -> Iterator[Ticket]:
    """Give (H("draw-ticket", seed, stratum, leaf), leaf) for 32-byte leaves."""
    sha256, prefix = hashlib.sha256, _ticket_prefix(seed, stratum)
    return ((sha256(prefix + leaf).digest(), leaf) for leaf in leaves)


def _walk_under(
    constraints: Sequence[JsonObject], rules: JsonObject, seed: bytes, pool: Pool
) -> tuple[list[JsonObject], list[bytes]]:
    steps: list[JsonObject] = []
    found: list[bytes] = []
    taken: list[JsonObject] = []
    walked: set[bytes] = set()
    wanted = rules["take"] + rules["reserves"]
    for stratum in rules["strata"]:
        for ticket, leaf in _ascending(pool, seed, stratum, wanted):
            if len(found) == wanted:
                return steps, found
            if leaf in walked:
                continue
            walked.add(leaf)
            record = pool.record(leaf)
            code = broken(constraints, record, taken)
            steps.append(_step(stratum, leaf, ticket, code))
            if code is None:
                found.append(leaf)
                taken.extend([record] if len(taken) < rules["take"] else [])
    return steps, found


def _ascending(pool: Pool, seed: bytes, stratum: str, wanted: int) -> Iterator[Ticket]:
    """Give tickets in ascending order, those below a growing bound at a time.

    Tickets are hashes, spread evenly: below a share of all that can be lies that share of them.
    """
    sha256, prefix = hashlib.sha256, _ticket_prefix(seed, stratum)
    low, high = b"", b""
    share = wanted + SLACK
    while len(high) <= _TICKET_SIZE:
        bound = share * _TICKETS // max(1, len(pool))
        high = bound.to_bytes(_TICKET_SIZE, "big") if bound < _TICKETS else _ABOVE_ALL
        leaves = pool.of_stratum(stratum)
        yield from sorted(
            (ticket, leaf)
            for leaf in leaves
            if low <= (ticket := sha256(prefix + leaf).digest()) < high
        )
        low, share = high, share * SLACK


def _ticket_prefix(seed: bytes, stratum: str) -> bytes:
    return framed("draw-ticket", seed, stratum) + _HASH_SIZE


def _step(stratum: str, leaf: bytes, ticket: bytes, code: str | None) -> JsonObject:
    names = {"stratum": stratum, "leaf": leaf.hex(), "ticket": ticket.hex()}
    return {**names, "passed_over": code}


def _is_doubled(one: JsonObject, record: JsonObject, taken: Sequence[JsonObject]) -> bool:
    return any(_same(other.get(one["field"]), record.get(one["field"])) for other in taken)


def _is_crowded(one: JsonObject, record: JsonObject, taken: Sequence[JsonObject]) -> bool:
    alike = sum(_same(other.get(one["field"]), record.get(one["field"])) for other in taken)
    return bool(alike >= one["n"])


def _is_other(one: JsonObject, record: JsonObject, _taken: Sequence[JsonObject]) -> bool:
    return not _same(record.get(one["field"]), one["value"])


def _same(left: Json, right: Json) -> bool:
    """Compare as JSON does: 1 is not true."""
    return type(left) is type(right) and bool(left == right)


_BREAKS: dict[str, Callable[[JsonObject, JsonObject, Sequence[JsonObject]], bool]] = {
    "distinct": _is_doubled,
    "at_most": _is_crowded,
    "equals": _is_other,
}
