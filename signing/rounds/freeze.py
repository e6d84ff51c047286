"""The freeze: the list of what counts, fixed before anything is opened (PROTOCOL.md §6.3).

Two documents, one for the applicants of a round and one for everybody registered, with what a
checker asks of them: that rows open their blind entries, that none is missing, that each follows
from what came in (`intake`). That there is one freeze per attempt, in time and under a quorum, is
asked where the ledger is read.
"""

from binascii import hexlify
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from signing.core.canonical import JsonObject, dumps, dumps_with, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_instant,
    is_natural,
    is_text,
    list_of,
    must_have,
    nullable,
)
from signing.log import tree
from signing.rounds.admission import blind_commit
from signing.rounds.intake import Rows, Upload, Withdrawn, sort_out

Kinds: TypeAlias = tuple[str, ...]
"""Of the envelopes of one upload, in the order of their blind entry (`Way.envelopes`)."""

LEFT_OUT: Final = ("REPLACED", "WITHDRAWN", "LATE", "BOX_BAD")
"""Why an upload does not count (closed list)."""

# Beside the hashes of its envelopes, each under its kind.
_ACCEPTED: Shape = {
    "author": hex_of(32),
    "seq": is_natural,
    "index": is_natural,
    "salt": hex_of(32),
}
_LEFT_OUT = {
    "envelopes": list_of(hex_of(32)),
    "index": is_natural,
    "salt": hex_of(32),
    "reason": exactly(*LEFT_OUT),
    "evidence": nullable(hex_of(32)),
}
_APPLICANTS: Shape = {
    "v": exactly(1),
    "kind": exactly("applicants"),
    "about": is_text,
    "closed_at": is_instant,
    "left_out": list_of(fits(_LEFT_OUT)),
    "envelopes_root": hex_of(32),
    "standing_root": hex_of(32),
}
_POOL = {
    "v": exactly(1),
    "kind": exactly("qualified", "experts"),
    "about": is_text,
    "pool": list_of(hex_of(32)),
    "pool_root": hex_of(32),
}


def applicants(about: str, closed_at: str, rows: Rows, standing_root: bytes, kinds: Kinds) -> bytes:
    """Give the bytes of a freeze of applicants, whose way asks for envelopes of these `kinds`."""
    return dumps(
        {
            "v": 1,
            "kind": "applicants",
            "about": about,
            "closed_at": closed_at,
            "accepted": rows.accepted,
            "left_out": rows.left_out,
            "envelopes_root": envelopes_root(rows.accepted, kinds).hex(),
            "standing_root": standing_root.hex(),
        }
    )


def read_applicants(data: bytes, about: str, kinds: Kinds) -> JsonObject:
    """Read a freeze of applicants: shape, order, nothing twice, the root over the envelopes."""
    row = _ACCEPTED | dict.fromkeys(kinds, hex_of(32))
    body = must_have("freeze", loads(data), _APPLICANTS | {"accepted": list_of(fits(row))})
    accepted, left_out = body["accepted"], body["left_out"]
    order = [row[kinds[0]] for row in accepted], [row["index"] for row in left_out]
    indexes = [row["index"] for row in (*accepted, *left_out)]
    hashes = [one for row in (*accepted, *left_out) for one in envelopes_of(row, kinds)]
    authors = [row["author"] for row in accepted]
    if body["about"] != about:
        raise Refused("freeze_about", "freeze: of another round")
    if any(some != sorted(some) for some in order):
        raise Refused("freeze_order", "freeze: its rows are not in order")
    if any(len(set(some)) != len(some) for some in (indexes, hashes, authors)):
        raise Refused(
            "freeze_twice", "freeze: an entry, an envelope or an author stands in it twice"
        )
    if envelopes_root(accepted, kinds).hex() != body["envelopes_root"]:
        raise Refused("freeze_root", "freeze: its root is not over its envelopes")
    return body


def envelopes_root(accepted: Iterable[JsonObject], kinds: Kinds) -> bytes:
    """Give the RFC 6962 root over the sorted hashes of all accepted envelopes of all kinds."""
    hashes = (one for row in accepted for one in envelopes_of(row, kinds))
    return tree.root_of(sorted(map(unhex, hashes)))


def must_open(body: JsonObject, commits: Mapping[int, str], kinds: Kinds) -> None:
    """Refuse unless every row opens the blind entry {index: commit} that it names."""
    for row in (*body["accepted"], *body["left_out"]):
        commit = blind_commit(unhex(row["salt"]), body["about"], envelopes_of(row, kinds))
        if commits.get(row["index"]) != commit:
            said = "freeze: row {index} does not open its blind entry"
            raise Refused("freeze_blind", said, index=row["index"])


def must_be_complete(body: JsonObject, known: Mapping[int, Sequence[str]], kinds: Kinds) -> None:
    """Refuse a freeze that omits a blind entry {index: envelopes} the checker knows of."""
    rows = (*body["accepted"], *body["left_out"])
    listed = {row["index"]: envelopes_of(row, kinds) for row in rows}
    for index, envelopes in sorted(known.items()):
        if listed.get(index) != list(envelopes):
            raise Refused("freeze_omits", "freeze: entry {index} is missing from it", index=index)


def must_follow(
    body: JsonObject,
    uploads: Sequence[Upload],
    withdrawals: Sequence[Withdrawn],
    reports: Sequence[JsonObject],
    *,
    k: int,
) -> None:
    """Refuse a freeze whose rows are not those that `sort_out` gives for the same uploads."""
    rows = sort_out(uploads, withdrawals, reports, k=k, closed_at=body["closed_at"])
    ours = {row["index"]: row for row in (*rows.accepted, *rows.left_out)}
    theirs = {row["index"]: row for row in (*body["accepted"], *body["left_out"])}
    for index in sorted(ours.keys() | theirs.keys()):
        if ours.get(index) != theirs.get(index):
            text = "freeze: row {index} does not follow from what came in"
            raise Refused("freeze_row", text, index=index)


def pool(
    kind: str, about: str, leaves: Iterable[bytes], root: bytes | None = None
) -> Iterator[bytes]:
    """Give the bytes of a freeze of everybody registered (`qualified`, `experts`), in pieces.

    `root` saves its computation where the pool of these leaves has it already.
    """
    ordered = sorted(leaves)
    top = tree.root_of(ordered) if root is None else root
    body = {"v": 1, "kind": kind, "about": about, "pool_root": top.hex()}
    return dumps_with(body, "pool", (b'"' + hexlify(leaf) + b'"' for leaf in ordered))


def read_pool(data: bytes, about: str) -> JsonObject:
    """Read a freeze of everybody registered: shape, order, nobody twice, the root."""
    body = must_have("freeze", loads(data), _POOL)
    leaves = [unhex(leaf) for leaf in body["pool"]]
    if body["about"] != about:
        raise Refused("freeze_about", "freeze: of another round")
    if any(left >= right for left, right in pairwise(leaves)):
        raise Refused("freeze_order", "freeze: its leaves are not in order or doubled")
    if tree.root_of(leaves).hex() != body["pool_root"]:
        raise Refused("freeze_root", "freeze: its root is not over its leaves")
    return body


def envelopes_of(row: JsonObject, kinds: Kinds) -> list[str]:
    """Give the hashes behind a row, in the order of its blind entry."""
    if "envelopes" in row:
        named: list[str] = row["envelopes"]
        return named
    return [row[kind] for kind in kinds]
