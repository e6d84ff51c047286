"""The file from which a regulator signs an order: prepared by the platform, believed by nobody.

It names what would be ordered, so that nobody types a hash, and what a person recognises it by. Its
checksum shows that it arrived as it left; whether it says the right thing is for the regulator to
read, and the finished order is held against the ledger by platform and trustees alike.
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.blind_audit.messages import audit_order
from signing.core.canonical import Json, JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.core.shape import Shape, exactly, hex_of, is_instant, is_text, list_of, must_have
from signing.trustee.orders import opening_order

OPENING, AUDIT = "opening_request", "audit_request"
SIGNED: Final = ("opening_order", "audit_order", "blind_audit")
LARGEST = 20_000  # bytes

_SAID: Shape = {
    "v": exactly(1),
    "about": is_text,
    "title": is_text,
    "page": is_text,
    "regulators": list_of(hex_of(32)),
    "at": is_instant,
    "sha256": hex_of(32),
}
_SHAPES: Final[dict[Json, Shape]] = {
    OPENING: _SAID | {"kind": is_text, "code": is_text, "envelope": hex_of(32), "reason": is_text},
    AUDIT: _SAID | {"kind": is_text, "freeze": hex_of(32)},
}


def request(kind: str, **facts: Json) -> bytes:
    """Give the file; `facts` are those of the kind's shape, but for `v`, `kind` and `sha256`."""
    body: JsonObject = {"v": 1, "kind": kind, **facts}
    return dumps(must_have("request", body | {"sha256": _checksum(body)}, _SHAPES[kind]))


def read_request(data: bytes) -> JsonObject:
    """Give what a file asks for; refuses (`request`, `request_signed`) what is not as prepared."""
    body = _loaded(data)
    if body.get("kind") in SIGNED:
        raise Refused("request_signed", "this order is signed already: hand it in on the page")
    if body.get("kind") not in _SHAPES:
        raise _changed()
    try:
        must_have("request", body, _SHAPES[body["kind"]])
    except Refused:
        raise _changed() from None
    if _checksum(body) != body["sha256"]:
        raise _changed()
    return body


def sentence(asked: JsonObject) -> str:
    """Give in one sentence what somebody who signs this orders."""
    if asked["kind"] == OPENING:
        said = (
            "Order the trustees to open who applied as {code} in {about} ({title}), "
            "because: {reason}"
        )
    else:
        said = "Order a blind audit of {about} ({title}), which can be ordered once."
    return said.format_map(asked)


def must_be_known(key: Ed25519PrivateKey, asked: JsonObject) -> None:
    """Refuse (`request_key`) a key that the city's trustees would not obey."""
    if key.public_key().public_bytes_raw().hex() not in asked["regulators"]:
        raise Refused("request_key", "this key is none of those that the city's trustees obey")


def signed_opening(key: Ed25519PrivateKey, asked: JsonObject, at: str) -> JsonObject:
    """Give the opening order that was asked for."""
    about, envelope, reason = asked["about"], asked["envelope"], asked["reason"]
    return opening_order(key, about=about, envelope=envelope, reason=reason, at=at)


def signed_audit(key: Ed25519PrivateKey, asked: JsonObject, seal_to: str, at: str) -> JsonObject:
    """Give the audit order that was asked for; `seal_to` is a fresh X25519 key (hex)."""
    unhex(seal_to, 32)
    about, freeze = asked["about"], asked["freeze"]
    return audit_order(key, about=about, freeze=freeze, seal_to=seal_to, at=at)


def _loaded(data: bytes) -> JsonObject:
    try:
        body = loads(data.strip()) if len(data) <= LARGEST else None
    except Refused:
        body = None
    if not isinstance(body, dict):
        raise _changed()
    return body


def _checksum(body: JsonObject) -> str:
    return sha256(dumps({key: value for key, value in body.items() if key != "sha256"})).hex()


def _changed() -> Refused:
    return Refused("request", "this is no order as the platform prepared it: download it once more")
