"""Small signatures: one Ed25519 key over one small object (PROTOCOL.md §2).

Admissions, receipts, withdrawals, box reports, releases and opening orders carry one. The kind of
the object is part of what is signed, so that no statement can pass for one of another kind. Whose
key it must be is the caller's question.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signing.core.canonical import Json, JsonObject, b64, dumps, unb64
from signing.core.errors import Refused
from signing.core.hashing import tagged

SIGNATURE = "signature_b64"


def signed(key: Ed25519PrivateKey, body: JsonObject) -> JsonObject:
    """Give `body` with its signature; `body["kind"]` is the domain."""
    return {**body, SIGNATURE: b64(key.sign(_message(body)))}


def check(public: bytes, body: Json) -> None:
    """Refuse unless `body` carries a good signature by the 32-byte `public` key."""
    if not (isinstance(body, dict) and isinstance(body.get("kind"), str) and SIGNATURE in body):
        raise Refused("signature", "this is no signed statement")
    must_verify(public, unb64(body[SIGNATURE]), _message(body), body["kind"])


def must_verify(public: bytes, signature: bytes, message: bytes, what: str) -> None:
    """Refuse unless the Ed25519 `signature` over `message` is by `public` (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refused("signature", "{what}: the signature does not hold", what=what) from None


def _message(body: JsonObject) -> bytes:
    unsigned = {name: value for name, value in body.items() if name != SIGNATURE}
    return tagged("signature", body["kind"], dumps(unsigned))
