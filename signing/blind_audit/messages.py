"""The blind audit of a round: order, sealed share, finding (PROTOCOL.md §5.7).

A regulator's tool alone opens every identity of a round that is over, and says how many different
agencies stand behind how many envelopes. The order names the key to which the trustees seal their
shares, so that the platform carries only what it cannot read; the finding names nobody. What is
opened and judged is `signing.regulator`'s, when shares may be given `signing.trustee`'s.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from signing.core import small
from signing.core.canonical import Json, JsonObject, dumps, unhex
from signing.core.errors import Refused, Unreadable
from signing.core.hashing import sha256
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_base64,
    is_instant,
    is_natural,
    is_text,
    list_of,
    must_have,
)

REPEATED = "REPEATED"
FAULTS = ("UNREADABLE", "NOT_ADMITTED", "UNBOUND", "SIGNATURE_BAD", REPEATED)
SHARE_SIZE = 33  # x and share

_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)  # the suite of the envelopes (§4)
_SAID: Shape = {
    "v": exactly(1),
    "about": is_text,
    "freeze": hex_of(32),
    "at": is_instant,
    "signature_b64": is_base64,
}
_ORDER: Shape = _SAID | {
    "kind": exactly("audit_order"),
    "regulator": hex_of(32),
    "key": hex_of(32),
}
_FINDING: Shape = _SAID | {
    "kind": exactly("blind_audit"),
    "order": hex_of(32),
    "envelopes": is_natural,
    "agencies": is_natural,
    "faults": list_of(fits({"envelope": hex_of(32), "code": exactly(*FAULTS)})),
}


def audit_order(
    key: Ed25519PrivateKey, *, about: str, freeze: str, seal_to: str, at: str
) -> JsonObject:
    """Give an order signed with a regulator's key; `seal_to` is the tool's X25519 key (hex)."""
    body = {"v": 1, "kind": "audit_order", "about": about, "freeze": freeze, "key": seal_to}
    regulator = key.public_key().public_bytes_raw().hex()
    return small.signed(key, body | {"regulator": regulator, "at": at})


def read_order(body: Json) -> JsonObject:
    """Give an order back if the regulator that it names signed it; whose key that is, is open."""
    order = must_have("audit order", body, _ORDER)
    small.check(unhex(order["regulator"]), order)
    return order


def must_be_ordered(regulators: Collection[bytes], body: Json) -> JsonObject:
    """Give an order back if one of the pinned regulators signed it."""
    order = read_order(body)
    if unhex(order["regulator"]) not in regulators:
        raise Refused("audit_order", "no pinned regulator signed this audit order")
    return order


def digest(body: JsonObject) -> str:
    """Give the hash by which an order or a finding is logged."""
    return sha256(dumps(body)).hex()


def seal_share(order: JsonObject, trustee: str, envelope: str, x: int, share: bytes) -> bytes:
    """Give the box that only the order's key opens: HPKE over `x ‖ share`, bound to all three."""
    try:
        public = X25519PublicKey.from_public_bytes(unhex(order["key"], 32))
        info = _info(digest(order), trustee, envelope)
        return _HPKE.encrypt(bytes([x]) + share, public, info=info)
    except ValueError:  # a point of low order
        raise Refused("audit_key", "the key of this audit order is no key") from None


def open_share(
    key: X25519PrivateKey, order: str, trustee: str, envelope: str, box: bytes
) -> tuple[int, bytes]:
    """Give x and share; `Unreadable` for a box to another key, order, trustee or envelope."""
    try:
        plain = _HPKE.decrypt(box, key, info=_info(order, trustee, envelope))
    except (InvalidTag, ValueError):
        raise Unreadable("audit_box", "the box of {trustee} does not open", trustee=trustee) from (
            None
        )
    if len(plain) != SHARE_SIZE:
        raise Unreadable("audit_box", "the box of {trustee} holds no share", trustee=trustee)
    return plain[0], plain[1:]


def finding(
    key: Ed25519PrivateKey,
    order: JsonObject,
    *,
    envelopes: int,
    agencies: int,
    faults: Mapping[str, str],
    at: str,
) -> JsonObject:
    """Give the signed finding; `faults` are {identity envelope: code}, and it names nobody.

    Refuses another key than that of the regulator who signed the order.
    """
    if key.public_key().public_bytes_raw() != unhex(order["regulator"]):
        raise Refused("audit_order", "the order was signed with another regulator's key")
    body = {"v": 1, "kind": "blind_audit", "about": order["about"], "freeze": order["freeze"]}
    rows = [{"envelope": one, "code": faults[one]} for one in sorted(faults)]
    counts = {"envelopes": envelopes, "agencies": agencies, "faults": rows}
    return small.signed(key, body | counts | {"order": digest(order), "at": at})


def must_answer(body: Json, order: JsonObject, identities: Iterable[str]) -> JsonObject:
    """Give a finding back if it answers this order, by the same hand, over just these envelopes.

    Its numbers must add up: who has no fault is one agency each, who is `REPEATED` shares one with
    at least one other. Whether it is true only shares can show.
    """
    found = must_have("finding", body, _FINDING)
    small.check(unhex(order["regulator"]), found)
    tied = found["about"], found["freeze"], found["order"]
    if tied != (order["about"], order["freeze"], digest(order)):
        raise Refused("finding_order", "the finding answers another order")
    accepted, named = set(identities), [row["envelope"] for row in found["faults"]]
    if named != sorted(accepted & set(named)) or found["envelopes"] != len(accepted):
        raise Refused("finding_envelopes", "the finding is not over the envelopes of the freeze")
    codes = Counter(row["code"] for row in found["faults"])
    alone, shared = len(accepted) - len(named), codes[REPEATED]
    fewest, most = alone + bool(shared), alone + shared // 2
    if shared == 1 or not fewest <= found["agencies"] <= most:
        raise Refused("finding_counts", "the numbers of the finding do not add up")
    return found


def _info(order: str, trustee: str, envelope: str) -> bytes:
    tied = {"v": 1, "kind": "audit_box", "order": order, "trustee": trustee, "envelope": envelope}
    return dumps(tied)
