"""The key of a regulator's opening orders: a file of its own, away from platform and trustees.

Made and used by the person who may order an escrow opened (PROTOCOL.md §4); its public half is
pinned by every trustee and known to the platform. Whoever holds the file can order; nobody else.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core.canonical import JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import Shape, exactly, hex_of, list_of, must_have

_KEY: Shape = {"v": exactly(1), "kind": exactly("order_key"), "ed25519": hex_of(32)}
_PUBLIC: Shape = {"v": exactly(1), "regulators": list_of(hex_of(32))}


def make(path: Path) -> bytes:
    """Make a key file of mode 0600, give the public key; refuses (`keys_exist`) to replace one."""
    key = Ed25519PrivateKey.generate()
    lay_down(path, {"v": 1, "kind": "order_key", "ed25519": key.private_bytes_raw().hex()})
    return key.public_key().public_bytes_raw()


def lay_down(path: Path, body: JsonObject) -> None:
    """Write a secret for its owner alone (mode 0600); refuses (`keys_exist`) to replace a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused("keys_exist", "there is a key in this file already") from None
    with os.fdopen(handle, "wb") as file:
        file.write(dumps(body))


def load(path: Path) -> Ed25519PrivateKey:
    """Read a key file; refuses (`missing`, `shape`) what is none."""
    try:
        body = must_have("order key", loads(path.read_bytes()), _KEY)
    except OSError:
        raise Refused("missing", "{file}: there is no such key file", file=path.name) from None
    return Ed25519PrivateKey.from_private_bytes(unhex(body["ed25519"]))


def public_file(keys: Iterable[bytes]) -> bytes:
    """The file that names the public keys, for the platform and in each trustee's folder."""
    return dumps({"v": 1, "regulators": [key.hex() for key in keys]})


def read_public_file(data: bytes) -> tuple[bytes, ...]:
    """The public keys in such a file; refuses another shape."""
    body = must_have("regulators", loads(data), _PUBLIC)
    return tuple(unhex(key) for key in body["regulators"])
