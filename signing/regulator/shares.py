"""What the trustees sealed for an audit, opened with the order's key (PROTOCOL.md §5.7).

A share counts when its box opens, stands at its trustee's x and fits the hash that its envelope
announced; what does not is its giver's fault and is left aside. An envelope that k good shares do
not open is unreadable, whichever they are; one with fewer is not judged at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.blind_audit.messages import digest, open_share
from signing.core.canonical import Json, JsonObject
from signing.core.errors import Refused, Unreadable
from signing.log.anchors import Anchors
from signing.sealing import sealed
from signing.sealing.sealed import Envelope
from signing.trustee.sealed_shares import SealedShares, checked_sealed_shares


@dataclass(frozen=True)
class Given:
    """Good shares by envelope and x, and for each trustee how many of its boxes were not good."""

    shares: dict[str, dict[int, bytes]]
    bad: dict[str, int]


def must_be_for(
    messages: Iterable[Json], order: JsonObject, anchors: Anchors
) -> list[SealedShares]:
    """Read the messages of the trustees; refuses one for another order, or two by one trustee."""
    found = [checked_sealed_shares(one, anchors) for one in messages]
    if any((one.about, one.order) != (order["about"], digest(order)) for one in found):
        raise Refused("audit_boxes", "these shares were sealed for another audit order")
    if len({one.trustee for one in found}) != len(found):
        raise Refused("audit_boxes", "a trustee speaks twice in these shares")
    return found


def given(
    messages: Iterable[SealedShares],
    envelopes: Iterable[Envelope],
    anchors: Anchors,
    key: X25519PrivateKey,
) -> Given:
    """Open every box of these envelopes."""
    some = list(envelopes)
    found = Given({one.sha256: {} for one in some}, {})
    for message in messages:
        seat = anchors.seat_of(message.trustee)
        for envelope in some:
            box = message.boxes.get(envelope.sha256)
            if box is None:
                continue
            share = _share(message, envelope, box, key)
            if share is not None and share[0] == seat and sealed.fits_hash(envelope, *share):
                found.shares[envelope.sha256][seat] = share[1]
            else:
                found.bad[message.trustee] = found.bad.get(message.trustee, 0) + 1
    return found


def opened(envelope: Envelope, shares: dict[int, bytes]) -> bytes | None:
    """Give the payload, None where it is unreadable; refuses fewer than k shares."""
    try:
        return sealed.decrypt(envelope, sealed.recover(envelope, shares))
    except Unreadable:
        return None


def _share(
    message: SealedShares, envelope: Envelope, box: bytes, key: X25519PrivateKey
) -> tuple[int, bytes] | None:
    try:
        return open_share(key, message.order, message.trustee, envelope.sha256, box)
    except Unreadable:
        return None
