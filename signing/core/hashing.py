"""Tagged hashes and commitments (PROTOCOL.md §2).

Every hash that means something carries its meaning and the length of every part, so that no two
statements share a preimage. Salts are chosen by the caller, who knows whether they must be random.
"""

import hashlib
from functools import cache

from signing.core.canonical import Json, dumps

PREFIX = "mingxuan/v1/"


def sha256(data: bytes) -> bytes:
    """Give the plain SHA-256 of stored bytes."""
    return hashlib.sha256(data).digest()


def framed(tag: str, *parts: bytes | str | int) -> bytes:
    """Give the bytes that `tagged` hashes; a loop may keep the part that stays the same."""
    found = _head(tag)
    for part in parts:
        raw = part if isinstance(part, bytes) else str(part).encode()
        found += len(raw).to_bytes(8, "big") + raw
    return found


def tagged(tag: str, *parts: bytes | str | int) -> bytes:
    """Give H(tag, …): bytes as they are, text as UTF-8, numbers as decimal digits."""
    return sha256(framed(tag, *parts))


def commitment(salt: bytes, value: Json) -> bytes:
    """Give H("commit", salt, CJ(value)); the salt is 32 random bytes."""
    return tagged("commit", salt, dumps(value))


@cache
def _head(tag: str) -> bytes:
    raw = (PREFIX + tag).encode()
    return len(raw).to_bytes(8, "big") + raw
