"""Passwords: what a good one is, and Argon2id (RFC 9106 §4, second recommendation's shape).

GB/T 22239-2019 §8.1.4.1 asks for complexity and change; the figures beyond length and classes are
the region's. Hashing takes tens of milliseconds and has to wait its turn (hashing.py). What was
typed is compared in NFKC (NIST SP 800-63B §5.1.1.2) and never kept.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from itertools import count

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from market.accounts.hashing import slowly

SHORTEST = 10
LONGEST = 128
CLASSES_NEEDED = 3
KEY = "one-time"  # in the key store
DEMO_PASSWORD = "Mingxuan-2026"  # noqa: S105 - of invented people, shown by demo cities themselves

_ONE_TIME = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
# The hash of a random text nobody knows: unknown logins cost as much as known ones.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=3,p=1$KBGce/sN5pvxfH+2CSFptQ"
    "$qcbakY6yOnXsIQxUeNW+yDp8I6pp6WV19BGPnkWiAi4"
)


def weakness(password: str, login: str) -> str | None:
    """The key of what is wrong with a new password; None for a good one."""
    if len(password) < SHORTEST:
        return "accounts.password_short"
    if len(password) > LONGEST:
        return "accounts.password_long"
    if sum(map(bool, _classes(password))) < CLASSES_NEEDED:
        return "accounts.password_classes"
    if login and login.casefold() in password.casefold():
        return "accounts.password_has_login"
    return None


def one_time(login: str) -> str:
    """A password for somebody else to type once, without look-alikes: about 93 bits, and good."""
    while True:
        groups = ("".join(secrets.choice(_ONE_TIME) for _ in range(4)) for _ in range(4))
        password = "-".join(groups)
        if weakness(password, login) is None:
            return password


def halves(secret: bytes, request: str) -> tuple[str, str]:
    """A one-time password in two halves, each told to another person; half of it opens nothing.

    Derived, so that each can be shown its half again and neither is kept.
    """
    for attempt in count():
        groups = [_group(secret, f"{request}\0{attempt}\0{number}") for number in range(4)]
        if weakness("-".join(groups), "") is None:
            break
    return "-".join(groups[:2]), "-".join(groups[2:])


def _group(secret: bytes, text: str) -> str:
    number = int.from_bytes(hmac.digest(secret, text.encode(), "sha256"))
    letters = []
    for _ in range(4):
        number, letter = divmod(number, len(_ONE_TIME))
        letters.append(_ONE_TIME[letter])
    return "".join(letters)


async def hashed(password: str) -> str:
    """The Argon2id hash in its encoded form."""
    return await slowly(_hasher.hash, _normal(password))


async def is_right(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to ``stored``; None works as hard and is never right."""
    return await slowly(_verify, password, stored or _NOBODY) and stored is not None


async def is_among(password: str, stored: Iterable[str]) -> bool:
    """Whether ``password`` is one of the kept ones."""
    for each in stored:
        if await is_right(password, each):
            return True
    return False


def _verify(password: str, stored: str) -> bool:
    if len(password) > LONGEST:  # as much work for a text that cannot be right
        _verify(password[:LONGEST], _NOBODY)
        return False
    try:
        return _hasher.verify(stored, _normal(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()


def _classes(password: str) -> tuple[bool, bool, bool, bool]:
    return (
        any(c.islower() for c in password),
        any(c.isupper() for c in password),
        any(c.isdigit() for c in password),
        any(not (c.islower() or c.isupper() or c.isdigit()) for c in password),
    )
