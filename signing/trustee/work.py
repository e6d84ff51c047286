"""What the platform asks of a trustee: the answer to its greeting (PROTOCOL.md §4).

Nothing in it is believed: every item is held against the trustee's own ledger copy, memory and
clock by `witness`, `contribution`, `boxes`, `release`, `decision`, `orders` and `audits`. So it
carries no signature of its own; what it consists of does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from signing.core.canonical import Json, JsonObject, b64, dumps, loads, unb64, unhex
from signing.core.errors import Refused
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_base64,
    is_natural,
    is_text,
    list_of,
    must_have,
    nullable,
)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


_BOX: Shape = {
    "envelopes_b64": list_of(is_base64),
    "index": nullable(is_natural),
    "salt": nullable(hex_of(32)),
}
_OPENED: Shape = {
    "envelope": hex_of(32),
    "shares": list_of(fits({"x": is_natural, "share": hex_of(32)})),
}
_EVIDENCE: Shape = {
    "about": is_text,
    "what": exactly("application", "identity"),
    "freeze_b64": is_base64,
    "checkpoint": is_text,
    "reports": list_of(_is_object),
    "withdrawals": list_of(_is_object),
    "opened": nullable(list_of(fits(_OPENED))),
}
_WORK: Shape = {
    "v": exactly(1),
    "kind": exactly("work"),
    "checkpoint": nullable(is_text),
    "contribute": list_of(is_text),
    "boxes": list_of(fits(_BOX)),
    "releases": list_of(fits(_EVIDENCE)),
    "orders": list_of(fits({"order": _is_object, "envelope_b64": is_base64})),
    "audits": list_of(fits({"order": _is_object, "evidence": fits(_EVIDENCE)})),
}


@dataclass(frozen=True)
class Box:
    """Envelopes of one blind entry (application, identity) with index and salt (hex).

    Or a single draw secret or escrow, without.
    """

    envelopes: tuple[bytes, ...]
    index: int | None = None
    salt: str | None = None


@dataclass(frozen=True)
class Opened:
    """The shares {x: share} under which an envelope was opened or found unreadable."""

    envelope: str
    shares: dict[int, bytes]


@dataclass(frozen=True)
class Evidence:
    """Why shares may be given: the freeze, a witnessed note over it, what it was made from.

    `reports` and `withdrawals` are all that the freeze was made from; for `what` "identity",
    `opened` holds k or more shares of every accepted application and every draw secret.
    """

    about: str
    what: str
    freeze: bytes
    checkpoint: str
    reports: tuple[JsonObject, ...] = ()
    withdrawals: tuple[JsonObject, ...] = ()
    opened: tuple[Opened, ...] | None = None


@dataclass(frozen=True)
class Order:
    """A regulator's signed opening order and the escrow envelope that it names."""

    order: JsonObject
    envelope: bytes


@dataclass(frozen=True)
class Audit:
    """A regulator's signed audit order, with the evidence that identities are released on."""

    order: JsonObject
    evidence: Evidence


@dataclass(frozen=True)
class Work:
    """Everything that is asked at once, in the order in which it is done."""

    checkpoint: str | None = None
    contribute: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    releases: tuple[Evidence, ...] = ()
    orders: tuple[Order, ...] = ()
    audits: tuple[Audit, ...] = ()


def write(work: Work) -> bytes:
    """Give the bytes of the answer to a greeting."""
    return dumps(
        {
            "v": 1,
            "kind": "work",
            "checkpoint": work.checkpoint,
            "contribute": list(work.contribute),
            "boxes": [_box(one) for one in work.boxes],
            "releases": [_evidence(one) for one in work.releases],
            "orders": [
                {"order": one.order, "envelope_b64": b64(one.envelope)} for one in work.orders
            ],
            "audits": [
                {"order": one.order, "evidence": _evidence(one.evidence)} for one in work.audits
            ],
        }
    )


def read(data: bytes) -> Work:
    """Read the answer; refuses one that is not of this form."""
    body = must_have("work", loads(data), _WORK)
    return Work(
        body["checkpoint"],
        tuple(body["contribute"]),
        tuple(
            Box(tuple(map(unb64, row["envelopes_b64"])), row["index"], row["salt"])
            for row in body["boxes"]
        ),
        tuple(map(_read_evidence, body["releases"])),
        tuple(Order(row["order"], unb64(row["envelope_b64"])) for row in body["orders"]),
        tuple(Audit(row["order"], _read_evidence(row["evidence"])) for row in body["audits"]),
    )


def _box(one: Box) -> JsonObject:
    return {
        "envelopes_b64": [b64(data) for data in one.envelopes],
        "index": one.index,
        "salt": one.salt,
    }


def _evidence(one: Evidence) -> JsonObject:
    opened = None if one.opened is None else [_opened(row) for row in one.opened]
    return {
        "about": one.about,
        "what": one.what,
        "freeze_b64": b64(one.freeze),
        "checkpoint": one.checkpoint,
        "reports": list(one.reports),
        "withdrawals": list(one.withdrawals),
        "opened": opened,
    }


def _opened(one: Opened) -> JsonObject:
    shares = [{"x": x, "share": one.shares[x].hex()} for x in sorted(one.shares)]
    return {"envelope": one.envelope, "shares": shares}


def _read_evidence(row: JsonObject) -> Evidence:
    opened = None if row["opened"] is None else tuple(map(_read_opened, row["opened"]))
    return Evidence(
        row["about"],
        row["what"],
        unb64(row["freeze_b64"]),
        row["checkpoint"],
        tuple(row["reports"]),
        tuple(row["withdrawals"]),
        opened,
    )


def _read_opened(row: JsonObject) -> Opened:
    return Opened(row["envelope"], _shares(row["shares"]))


def _shares(rows: Sequence[JsonObject]) -> dict[int, bytes]:
    found = {row["x"]: unhex(row["share"]) for row in rows}
    if len(found) != len(rows):
        raise Refused("shares_twice", "shares: one stands twice")
    return found
