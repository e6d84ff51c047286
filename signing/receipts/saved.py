"""Saved receipts: a browser's closed voucher, the open one of `mingxuan seal`, a receipt alone.

A closed voucher is canonical JSON `{"v","kind":"voucher","kdf","rounds","salt","nonce",
"ciphertext_b64"}`: AES-256-GCM under a key that PBKDF2-SHA-256 makes of the certificate's password,
with the other keys as associated data. Vouchers of all earlier versions are read.
"""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from signing.core.canonical import Json, JsonObject, dumps, loads, unb64, unhex
from signing.core.errors import Refused
from signing.core.shape import (
    Shape,
    exactly,
    hex_of,
    is_base64,
    is_natural,
    is_text,
    list_of,
    must_have,
)

LARGEST = 1_000_000
ROUNDS = range(600_000, 6_000_001)
_VOUCHER: Shape = {
    "v": exactly(1),
    "kind": exactly("voucher"),
    "kdf": exactly("pbkdf2-sha256"),
    "rounds": lambda value: type(value) is int and value in ROUNDS,
    "salt": hex_of(16),
    "nonce": hex_of(12),
    "ciphertext_b64": is_base64,
}
_CONTENT: Shape = {
    "v": exactly(1),
    "about": is_text,
    "sent": list_of(lambda value: isinstance(value, dict) and "receipt" in value),
}
_RECEIPT: Shape = {
    "kind": exactly("receipt"),
    "about": is_text,
    "envelopes": list_of(hex_of(32)),
    "index": is_natural,
    "salt": hex_of(32),
}


@dataclass(frozen=True)
class Saved:
    """The receipts of one voucher about one round, in the order of sending."""

    about: str
    receipts: tuple[JsonObject, ...]

    @property
    def last(self) -> JsonObject:
        """What counts: a later upload replaces, a withdrawal withdraws."""
        return self.receipts[-1]


def bytes_of(path: Path) -> bytes:
    """Give the bytes of a file, of one that is too large only so many as tell it."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def read(data: bytes, password: Callable[[], str]) -> Saved:
    """Read a saved file; `password` is asked only for a closed voucher.

    Refuses (`receipt_file`, `receipt_none`, `password`) what is no saved receipt, holds none, or
    does not open.
    """
    body = _parsed(data)
    if body.get("kind") == "voucher":
        content = _opened(_shaped(body, _VOUCHER), password())
        return _saved(content["about"], [one["receipt"] for one in content["sent"]])
    if body.get("kind") == "receipt":
        return _saved(body.get("about"), [body])
    if "key" in body and "seq" in body:
        receipts = body.get("receipts", [])
        admission = body.get("admission")
        about = admission.get("about") if isinstance(admission, dict) else None
        return _saved(about, receipts if isinstance(receipts, list) else [None])
    raise _refused()


def _parsed(data: bytes) -> JsonObject:
    if len(data) > LARGEST:
        said = (
            "这个文件太大，不是凭证：凭证只有几千字节 "
            "this file is too large for a saved receipt, which has a few thousand bytes"
        )
        raise Refused("receipt_file", said)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise _refused() from None
    if not isinstance(body, dict):
        raise _refused()
    return body


def _saved(about: Json, receipts: list[Json]) -> Saved:
    if not receipts:
        said = (
            "这份凭证里没有回执，没有用它报过名 "
            "this voucher holds no receipt: nothing was sent with it"
        )
        raise Refused("receipt_none", said)
    whole = tuple(_shaped(one, _RECEIPT) for one in receipts)
    if not isinstance(about, str) or any(one["about"] != about for one in whole):
        raise _refused()
    return Saved(about, whole)


def _opened(body: JsonObject, password: str) -> JsonObject:
    head = {name: body[name] for name in ("v", "kind", "kdf", "rounds", "salt")}
    lock = PBKDF2HMAC(SHA256(), 32, unhex(body["salt"]), body["rounds"])
    key = lock.derive(unicodedata.normalize("NFC", password).encode())
    sealed = unb64(body["ciphertext_b64"])
    try:
        plain = AESGCM(key).decrypt(unhex(body["nonce"]), sealed, dumps(head))
    except InvalidTag:
        said = (
            "密码打不开这份凭证，要用当时证书的密码 "
            "the password does not open this voucher: it is that of the certificate used then"
        )
        raise Refused("password", said) from None
    return _shaped(loads(plain), _CONTENT)


def _shaped(value: Json, shape: Shape) -> JsonObject:
    """Keys beyond the shape are a later version's and are left alone."""
    known = {key: value[key] for key in shape if key in value} if isinstance(value, dict) else value
    try:
        must_have("receipt", known, shape)
    except Refused:
        raise _refused() from None
    return dict(value)


def _refused() -> Refused:
    said = (
        "这不是完整的凭证或回执文件，可能选错了或者已经损坏 "
        "this file is no whole voucher or receipt: another file, or damaged"
    )
    return Refused("receipt_file", said)
