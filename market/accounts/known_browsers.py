"""The browsers in which an account has signed in: a random name and, an account each, a seal.

The seal is an HMAC under a key of the store: who copies the database can make none, and the cookie
names nobody. It opens nothing; it only says whose mistakes are whose (counters.py).
"""

import hashlib
import hmac
import re
import secrets
from typing import Final

KEY: Final = "browsers"
MOST: Final = 6  # accounts of one browser; a counter at a window has more, and loses the oldest
_is_kept = re.compile(r"[\w-]{22}(?:\.[0-9a-f]{32}){1,6}", re.ASCII).fullmatch


def known(secret: bytes, cookie: str, login: str) -> str:
    """The browser's name when ``login`` has signed in there before, else an empty text."""
    if not _is_kept(cookie):
        return ""
    browser, *seals = cookie.split(".")
    mine = _seal(secret, browser, login)
    return browser if any(hmac.compare_digest(mine, seal) for seal in seals) else ""


def with_one_more(secret: bytes, cookie: str, login: str) -> str:
    """The cookie once ``login`` has signed in."""
    browser, *seals = cookie.split(".") if _is_kept(cookie) else [secrets.token_urlsafe(16)]
    mine = _seal(secret, browser, login)
    others = [seal for seal in seals if seal != mine]
    return ".".join([browser, mine, *others[: MOST - 1]])


def _seal(secret: bytes, browser: str, login: str) -> str:
    return hmac.digest(secret, f"{browser}\0{login}".encode(), hashlib.sha256).hex()[:32]
