"""Personal data at rest: AES-256-GCM under a key that a copied database does not hold.

GB/T 22239-2019 §8.1.4.8 (confidentiality in storage), 个人信息保护法 art. 51. Each value is bound
to its person and field, so that rows cannot be exchanged.
"""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from market.kernel.call import Keys

KEY = "personal"
_NONCE = 12


def sealed(keys: Keys, person: str, field: str, text: str) -> bytes | None:
    """``text`` for the database; an empty one is absent."""
    if not text:
        return None
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(keys.secret(KEY)).encrypt(nonce, text.encode(), _bound(person, field))


def opened(keys: Keys, person: str, field: str, data: bytes | None) -> str:
    """The text of a stored value; raises InvalidTag when it was moved or changed."""
    if data is None:
        return ""
    cipher = AESGCM(keys.secret(KEY))
    return cipher.decrypt(data[:_NONCE], data[_NONCE:], _bound(person, field)).decode()


def _bound(person: str, field: str) -> bytes:
    return f"{person}\0{field}".encode()
