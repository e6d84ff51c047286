"""What a trustee says on an audit order: its release, and each share sealed to the order's key.

The platform passes the message on to the regulator and reads none of it (PROTOCOL.md §5.7). Whether
a box holds the share that its envelope announced only the regulator's tool can tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signing.core import small
from signing.core.canonical import Json, JsonObject, b64, loads, unb64
from signing.core.errors import Refused
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_base64,
    is_instant,
    is_text,
    list_of,
    must_have,
)
from signing.log.anchors import Anchors
from signing.trustee.keys import Own
from signing.trustee.wire import checked_release

BOX_SIZE = 32 + 33 + 16  # enc, x and share, tag

_SHAPE: Shape = {
    "v": exactly(1),
    "kind": exactly("sealed_shares"),
    "trustee": is_text,
    "release": lambda value: isinstance(value, dict),
    "order": hex_of(32),
    "boxes": list_of(fits({"envelope": hex_of(32), "box_b64": is_base64})),
    "at": is_instant,
    "signature_b64": is_base64,
}


@dataclass(frozen=True)
class SealedShares:
    """The message of one trustee as it was signed (`body`), its release, boxes by envelope."""

    trustee: str
    about: str
    order: str
    body: JsonObject
    release: JsonObject
    boxes: Mapping[str, bytes]


def sealed_shares(
    own: Own, release: JsonObject, order: str, boxes: Mapping[str, bytes], at: str
) -> JsonObject:
    """Give the message; `boxes` are {envelope: box}."""
    rows = [{"envelope": one, "box_b64": b64(boxes[one])} for one in sorted(boxes)]
    return own.signed("sealed_shares", release=release, order=order, boxes=rows, at=at)


def read_sealed_shares(data: bytes, anchors: Anchors) -> SealedShares:
    """Read the message; refuses boxes of another size, or not for what the release names."""
    return checked_sealed_shares(loads(data), anchors)


def checked_sealed_shares(body: Json, anchors: Anchors) -> SealedShares:
    """Give the message if the trustee that it names signed it."""
    said = must_have("sealed shares", body, _SHAPE)
    trustee = said["trustee"]
    small.check(anchors.fellow(trustee).public, said)
    release = checked_release(said["release"], anchors, trustee=trustee)
    boxes = {row["envelope"]: unb64(row["box_b64"]) for row in said["boxes"]}
    if release["what"] != "audit" or len(boxes) != len(said["boxes"]):
        raise Refused("audit_boxes", "sealed shares: no release for an audit, or a box twice")
    if sorted(boxes) != release["envelopes"] or any(len(b) != BOX_SIZE for b in boxes.values()):
        raise Refused("audit_boxes", "sealed shares: not the boxes that the release names")
    return SealedShares(trustee, release["about"], said["order"], said, release, boxes)
