"""The text that a certificate signs to sign in (PROTOCOL.md §7), without a row for each asked one.

The id carries nonce, instant and MAC; the text is rebuilt from it, never taken from the client.
That an id is answered once only is the database's matter (``Challenge``).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from market.kernel.call import Tools
from market.kernel.errors import Kind, MarketError
from signing.core import canonical

LIFE = timedelta(minutes=5)
KEY = "sign-in"


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge: its id, the text to sign, and until when."""

    id: str
    nonce: str
    text: str
    until_at: datetime


def ask(tools: Tools, now: datetime) -> Asked:
    """A fresh challenge."""
    return _asked(tools, secrets.token_hex(16), int(now.timestamp() * 1000))


def again(tools: Tools, challenge: str, now: datetime) -> Asked:
    """The challenge of that id; raises accounts.challenge when it is not ours or too old."""
    nonce, dot, rest = challenge.partition(".")
    stamp = rest.partition(".")[0]
    whole = dot and challenge.isascii() and stamp.isdigit() and len(stamp) <= 14
    if whole and hmac.compare_digest(challenge, _id(tools, nonce, int(stamp))):
        asked = _asked(tools, nonce, int(stamp))
        if asked.until_at - LIFE <= now <= asked.until_at:
            return asked
    raise MarketError("accounts.challenge", Kind.CONFLICT)


def _asked(tools: Tools, nonce: str, stamp: int) -> Asked:
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=stamp)
    text = canonical.dumps(
        {
            "v": 1,
            "kind": "sign_in",
            "origin": tools.city.base_url,
            "nonce": nonce,
            "at": canonical.instant(at),
        }
    )
    return Asked(_id(tools, nonce, stamp), nonce, text.decode(), at + LIFE)


def _id(tools: Tools, nonce: str, stamp: int) -> str:
    body = f"{nonce}.{stamp}"
    mac = hmac.digest(tools.keys.secret(KEY), body.encode(), hashlib.sha256).hex()
    return f"{body}.{mac}"
