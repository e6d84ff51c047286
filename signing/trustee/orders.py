"""Opening an escrow: only on the signed order of a regulator whose key is pinned (PROTOCOL.md §4).

The order names one envelope and its reason and stands in nobody's place but the regulator's: the
platform can neither write one nor widen it to another envelope or to another kind.
"""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core import small
from signing.core.canonical import Json, JsonObject, instant
from signing.core.errors import Refused
from signing.core.shape import Shape, exactly, hex_of, is_base64, is_instant, is_text, must_have
from signing.sealing import sealed
from signing.trustee import wire
from signing.trustee.boxes import share_of
from signing.trustee.trustee import Trustee
from signing.trustee.work import Order

ORDER: Shape = {
    "v": exactly(1),
    "kind": exactly("opening_order"),
    "about": is_text,
    "envelope": hex_of(32),
    "reason": is_text,
    "at": is_instant,
    "signature_b64": is_base64,
}


def opening_order(
    key: Ed25519PrivateKey, *, about: str, envelope: str, reason: str, at: str
) -> JsonObject:
    """Give an opening order signed with a regulator's own key; `envelope` is the escrow's hash."""
    body = {"v": 1, "kind": "opening_order", "about": about, "envelope": envelope}
    return small.signed(key, body | {"reason": reason, "at": at})


def must_be_ordered(regulators: tuple[bytes, ...], body: Json) -> JsonObject:
    """Give an opening order back if one of the pinned regulators signed it."""
    order = must_have("opening order", body, ORDER)
    for key in regulators:
        try:
            small.check(key, order)
        except Refused:
            continue
        return order
    raise Refused("opening_order", "no pinned regulator signed this opening order")


def obey(trustee: Trustee, asked: Order, now: datetime) -> None:
    """Give the share of the escrow that an order names."""
    order = must_be_ordered(trustee.pins.regulators, asked.order)
    envelope = sealed.read(asked.envelope)
    named = envelope.sha256, envelope.about, envelope.kind
    if named != (order["envelope"], order["about"], "escrow"):
        raise Refused("opening_order", "the order does not name this envelope as an escrow")
    memory, own, at = trustee.memory, trustee.own, instant(now)
    sealed.must_fit(envelope, trustee.terms_of(memory.ledger.round(envelope.about)))
    subject = f"{envelope.about} escrow {envelope.sha256}"
    if memory.said("shares", subject) is None:
        share = share_of(trustee, envelope)
        if share is None:
            raise Refused("box", "this trustee's box in the escrow does not open")
        given = {envelope.sha256: share}
        body = wire.release(
            own,
            about=envelope.about,
            what="escrow",
            at=at,
            envelopes=list(given),
            freeze_index=None,
            tree_size=None,
        )
        with memory.together():
            memory.keep_envelope(envelope)
            memory.say("shares", subject, envelope.about, wire.shares(own, body, given, at))
    memory.again("shares", subject)
