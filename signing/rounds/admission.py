"""What travels when somebody applies without being named (PROTOCOL.md §4, §5).

Builders and readers of the admission, the application and identity payloads, the escrow, the
withdrawal, the receipt and the box report. Readers check shape, signature and binding. Not decided
here: who may be admitted, whether an identity's CMS and certificate hold (`signing.statements`,
`signing.pki`), and what follows from a payload that does not hold (`signing.draw.pool`).
"""

from collections.abc import Sequence
from typing import TypedDict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core import small
from signing.core.canonical import Json, JsonObject, b64, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.hashing import commitment, sha256
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_base64,
    is_flag,
    is_instant,
    is_natural,
    is_positive,
    is_text,
    list_of,
    must_have,
)

_SIGNED: Shape = {"v": exactly(1), "about": is_text, "signature_b64": is_base64}
_ADMISSION: Shape = _SIGNED | {
    "kind": exactly("admission"),
    "author": hex_of(32),
    "red": is_flag,
    "agency_commit": hex_of(32),
}
_RECEIPT: Shape = _SIGNED | {
    "kind": exactly("receipt"),
    "envelopes": list_of(hex_of(32)),
    "index": is_natural,
    "salt": hex_of(32),
    "at": is_instant,
}
_WITHDRAWAL: Shape = _SIGNED | {
    "kind": exactly("withdrawal"),
    "author": hex_of(32),
    "seq": is_natural,
}
_BOX: Shape = _SIGNED | {
    "kind": exactly("box"),
    "envelope": hex_of(32),
    "trustee": is_text,
    "ok": is_flag,
    "at": is_instant,
}
_AGENCY: Shape = {"code": is_text, "name": is_text, "credit_code": is_text}
_APPLICATION: Shape = {
    "v": exactly(1),
    "draw_nonce": hex_of(32),
    "admission": lambda value: isinstance(value, dict),
}
_IDENTITY: Shape = {
    "v": exactly(1),
    "agency": fits(_AGENCY),
    "salt": hex_of(32),
    "certificate_b64": is_base64,
    "statement": is_text,
    "cms_b64": is_base64,
}
_ESCROW: Shape = {"v": exactly(1), "author": hex_of(32), "agency": is_text, "salt": hex_of(32)}


class Agency(TypedDict):
    """An agency as an identity names it."""

    code: str
    name: str
    credit_code: str


def agency_commit(salt: bytes, code: str) -> str:
    """Give the commitment by which an admission, a qualified record and an identity are one."""
    return commitment(salt, {"agency": code}).hex()


def blind_commit(salt: bytes, about: str, envelopes: Sequence[str]) -> str:
    """Give the commitment in a `sealed` entry; envelopes in order: application, identity (§3)."""
    return commitment(salt, {"about": about, "envelopes": list(envelopes)}).hex()


def admit(key: Ed25519PrivateKey, *, about: str, author: str, red: bool, commit: str) -> JsonObject:
    """Give an admission signed with the platform's statement key (§5.1)."""
    body = {"v": 1, "kind": "admission", "about": about, "author": author, "red": red}
    return small.signed(key, body | {"agency_commit": commit})


def check_admission(platform: bytes, body: Json, *, about: str, author: str) -> JsonObject:
    """Give the admission back if the platform signed it for this round and author."""
    return _bound(platform, body, _ADMISSION, about=about, author=author)


def receipt(
    key: Ed25519PrivateKey,
    *,
    about: str,
    envelopes: Sequence[str],
    index: int,
    salt: bytes,
    at: str,
) -> JsonObject:
    """Give the receipt for what was stored and logged (§4)."""
    body = {"v": 1, "kind": "receipt", "about": about, "envelopes": list(envelopes)}
    return small.signed(key, body | {"index": index, "salt": salt.hex(), "at": at})


def check_receipt(platform: bytes, body: Json, *, about: str) -> JsonObject:
    """Give the receipt back if the platform signed it for this round."""
    return _bound(platform, body, _RECEIPT, about=about)


def withdrawal(key: Ed25519PrivateKey, *, about: str, seq: int) -> JsonObject:
    """Give the author's withdrawal of everything up to `seq` (§5.2)."""
    author = key.public_key().public_bytes_raw().hex()
    body = {"v": 1, "kind": "withdrawal", "about": about, "author": author, "seq": seq}
    return small.signed(key, body)


def check_withdrawal(body: Json, *, about: str) -> JsonObject:
    """Give the withdrawal back if its own author signed it for this round."""
    must_have("withdrawal", body, _WITHDRAWAL)
    return _bound(unhex(body["author"]), body, _WITHDRAWAL, about=about)


def box_report(
    key: Ed25519PrivateKey, *, about: str, envelope: str, trustee: str, ok: bool, at: str
) -> JsonObject:
    """Give a trustee's word on its own box in one envelope (§4)."""
    body = {"v": 1, "kind": "box", "about": about, "envelope": envelope, "trustee": trustee}
    return small.signed(key, body | {"ok": ok, "at": at})


def check_box_report(public: bytes, body: Json, *, about: str, trustee: str) -> JsonObject:
    """Give the report back if this trustee signed it for this round."""
    return _bound(public, body, _BOX, about=about, trustee=trustee)


def application(draw_nonce: bytes, admission: JsonObject, price_fen: int | None = None) -> bytes:
    """Give an application payload; a price in fen only where the round asks for one (§5.2)."""
    if price_fen is not None and not is_positive(price_fen):
        raise Refused("price", "a price is a whole number of fen above zero")
    body = {"v": 1, "draw_nonce": draw_nonce.hex(), "admission": admission}
    return dumps(body if price_fen is None else body | {"price_fen": price_fen})


def read_application(data: bytes, fields: Shape) -> JsonObject:
    """Read an application payload with the `fields` of its way; the admission is unchecked."""
    return must_have("application", loads(data), _APPLICATION | fields)


def draw_nonce(data: bytes | None) -> bytes:
    """Give what an applicant adds to the draw; 32 zero bytes where it cannot be read (§6.4)."""
    try:
        body = loads(data) if data is not None else None
        return unhex(body.get("draw_nonce") if isinstance(body, dict) else None, 32)
    except Refused:
        return bytes(32)


def identity_statement(*, about: str, author: str, application: bytes, agency: str) -> str:
    """Give the text that an agency signs with its certificate; `application` is the payload."""
    return dumps(
        {
            "v": 1,
            "kind": "application_identity",
            "about": about,
            "author": author,
            "application": sha256(application).hex(),
            "agency": agency,
        }
    ).decode()


def identity(
    agency: Agency, salt: bytes, *, certificate: bytes, statement: str, cms: bytes
) -> bytes:
    """Give an identity payload; certificate and CMS in DER (§5.2)."""
    return dumps(
        {
            "v": 1,
            "agency": dict(agency),
            "salt": salt.hex(),
            "certificate_b64": b64(certificate),
            "statement": statement,
            "cms_b64": b64(cms),
        }
    )


def read_identity(data: bytes, application: bytes, admission: JsonObject) -> JsonObject:
    """Read an identity payload that is bound to this application and its checked admission.

    The agency is the one committed to, and the statement names round, author and application. The
    CMS over `statement` and the certificate are left to the caller.
    """
    body = must_have("identity", loads(data), _IDENTITY)
    code = body["agency"]["code"]
    if agency_commit(unhex(body["salt"]), code) != admission["agency_commit"]:
        raise Refused("identity_commit", "identity: not the agency that was admitted")
    about, author = admission["about"], admission["author"]
    if body["statement"] != identity_statement(
        about=about, author=author, application=application, agency=code
    ):
        raise Refused("identity_statement", "identity: its statement speaks of something else")
    return body


def escrow(*, author: str, agency: str, salt: bytes) -> bytes:
    """Give the payload that only a regulator's order opens (§5.1)."""
    return dumps({"v": 1, "author": author, "agency": agency, "salt": salt.hex()})


def read_escrow(data: bytes, admission: JsonObject) -> JsonObject:
    """Read an escrow payload that speaks of this admission."""
    body = must_have("escrow", loads(data), _ESCROW)
    known = admission["author"], admission["agency_commit"]
    if (body["author"], agency_commit(unhex(body["salt"]), body["agency"])) != known:
        raise Refused("escrow", "escrow: not the agency that was admitted")
    return body


def _bound(public: bytes, body: Json, shape: Shape, **facts: str) -> JsonObject:
    kind = body.get("kind") if isinstance(body, dict) else None
    must_have(str(kind), body, shape)
    small.check(public, body)
    for name, value in facts.items():
        if body[name] != value:
            raise Refused("statement", "{kind}: another {name}", kind=kind, name=name)
    return dict(body)
