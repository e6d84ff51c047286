"""What the platform asks of a trustee: the answer to its greeting (PROTOCOL.md §4).

Nothing in it is believed: every item is held against the trustee's own ledger copy, memory and
clock by `witness`, `contribution`, `boxes`, `release`, `decision`, `orders` and `audits`. So it
carries no signature of its own; what it consists of does.

A platform may be newer than its trustees. The list is read item by item: what is of a kind, a
version or with a key that is not spoken here is left alone and told (`Work.unspoken`), and so is
what is no item at all; the rest is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

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
    nullable,
)
from signing.trustee.spoken import FIRST, SPOKEN, each, not_spoken, spoken, spoken_text
from signing.ways.registry import RELEASED

MOST_UNSPOKEN: Final = 16


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
    "what": exactly(*RELEASED),
    "freeze_b64": is_base64,
    "checkpoint": is_text,
    "reports": list_of(_is_object),
    "withdrawals": list_of(_is_object),
    "opened": nullable(list_of(_is_object)),
}
_ORDER: Shape = {"order": _is_object, "envelope_b64": is_base64}
_AUDIT: Shape = {"order": _is_object, "evidence": _is_object}


@dataclass(frozen=True)
class Box:
    """Envelopes of one blind entry, as their way has them, with index and salt (hex).

    Or a single draw secret or escrow, without.
    """

    envelopes: tuple[bytes, ...]
    index: int | None = None
    salt: str | None = None
    v: int = 1


@dataclass(frozen=True)
class Opened:
    """The shares {x: share} under which an envelope was opened or found unreadable."""

    envelope: str
    shares: dict[int, bytes]


@dataclass(frozen=True)
class Evidence:
    """Why shares may be given: the freeze, a witnessed note over it, what it was made from.

    `reports` and `withdrawals` are all that the freeze was made from; where what is released
    rests on what was opened, `opened` holds k or more shares of all that was opened at the hour.
    """

    about: str
    what: str
    freeze: bytes
    checkpoint: str
    reports: tuple[JsonObject, ...] = ()
    withdrawals: tuple[JsonObject, ...] = ()
    opened: tuple[Opened, ...] | None = None
    v: int = 1


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
    """Everything that is asked at once, in the order in which it is done.

    An item about a round is of the version `v` in which its way is spoken of.
    `unspoken` says what else stood in the list and why it is not done: `not_spoken`, or `shape`.
    """

    checkpoint: str | None = None
    contribute: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    releases: tuple[Evidence, ...] = ()
    orders: tuple[Order, ...] = ()
    audits: tuple[Audit, ...] = ()
    unspoken: tuple[Refused, ...] = ()


def write(work: Work, speaks: Mapping[str, tuple[int, ...]] = FIRST) -> bytes:
    """Give the bytes of the answer to a greeting: nothing that its trustee does not speak."""
    asked: dict[str, list[Json]] = {
        "contribute": list(work.contribute),
        "boxes": [_box(one) for one in work.boxes],
        "releases": [_evidence(one) for one in work.releases],
        "orders": [{"order": one.order, "envelope_b64": b64(one.envelope)} for one in work.orders],
        "audits": [_audit(one) for one in work.audits],
    }
    said = {
        kind: [row for row in rows if _version(row) in speaks.get(kind, ())]
        for kind, rows in asked.items()
    }
    note = work.checkpoint if 1 in speaks.get("checkpoint", ()) else None
    return dumps({"v": 1, "kind": "work", "checkpoint": note, **said})


def read(data: bytes) -> Work:
    """Read the answer item by item; refuses what is no work list at all."""
    body = loads(data)
    if not isinstance(body, dict) or body.get("kind") != "work":
        raise Refused("shape", "{what}: no work list", what="work", key="kind")
    if not exactly(1)(body.get("v")):
        return Work(unspoken=(not_spoken("work", "v", body.get("v")),))
    refused = [
        not_spoken(kind, "kind", kind)
        for kind in sorted(body.keys() - SPOKEN.keys() - {"v", "kind"})
        if body[kind]
    ]
    asked = {kind: body.get(kind) or [] for kind in SPOKEN}
    texts = {kind: partial(spoken_text, kind) for kind in ("checkpoint", "contribute")}
    notes = each(asked["checkpoint"], texts["checkpoint"], refused)
    return Work(
        notes[0] if notes else None,
        each(asked["contribute"], texts["contribute"], refused),
        each(asked["boxes"], _read_box, refused),
        each(asked["releases"], partial(_read_evidence, "releases"), refused),
        each(asked["orders"], _read_order, refused),
        each(asked["audits"], _read_audit, refused),
        tuple(refused[:MOST_UNSPOKEN]),
    )


def _version(row: Json) -> int:
    return int(row.get("v", 1)) if isinstance(row, dict) else 1


def _said(v: int) -> JsonObject:
    return {} if v == 1 else {"v": v}


def _audit(one: Audit) -> JsonObject:
    return _said(one.evidence.v) | {"order": one.order, "evidence": _evidence(one.evidence)}


def _box(one: Box) -> JsonObject:
    return _said(one.v) | {
        "envelopes_b64": [b64(data) for data in one.envelopes],
        "index": one.index,
        "salt": one.salt,
    }


def _evidence(one: Evidence) -> JsonObject:
    opened = None if one.opened is None else [_opened(row) for row in one.opened]
    return _said(one.v) | {
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


def _read_box(row: Json) -> Box:
    body = spoken("boxes", row, _BOX)
    envelopes = tuple(map(unb64, body["envelopes_b64"]))
    return Box(envelopes, body["index"], body["salt"], _version(row))


def _read_evidence(kind: str, row: Json) -> Evidence:
    body = spoken(kind, row, _EVIDENCE)
    opened = body["opened"]
    return Evidence(
        body["about"],
        body["what"],
        unb64(body["freeze_b64"]),
        body["checkpoint"],
        tuple(body["reports"]),
        tuple(body["withdrawals"]),
        None if opened is None else tuple(_read_opened(kind, one) for one in opened),
        _version(row),
    )


def _read_opened(kind: str, row: Json) -> Opened:
    body = spoken(kind, row, _OPENED)
    return Opened(body["envelope"], _shares(body["shares"]))


def _read_order(row: Json) -> Order:
    body = spoken("orders", row, _ORDER)
    return Order(body["order"], unb64(body["envelope_b64"]))


def _read_audit(row: Json) -> Audit:
    body = spoken("audits", row, _AUDIT)
    return Audit(body["order"], _read_evidence("audits", body["evidence"]))


def _shares(rows: Sequence[JsonObject]) -> dict[int, bytes]:
    found = {row["x"]: unhex(row["share"]) for row in rows}
    if len(found) != len(rows):
        raise Refused("shares_twice", "shares: one stands twice")
    return found
