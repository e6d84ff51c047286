"""The secrets of one round in the key store: what joins agency and key, and the salts of a pool.

The first is made with the publication and destroyed when the round ends (PROTOCOL.md §5.1).
"""

import hmac
from functools import partial

from market.infra import db
from market.kernel.call import Call, Tools
from market.kernel.errors import Kind, MarketError
from market.selection.models import Nullifier
from signing.core.hashing import sha256, tagged

ROUND_KEY = "round-"


def round_key_name(about: str) -> str:
    """The name of a round's own secret in the key store; destroyed when the round ends."""
    return ROUND_KEY + sha256(about.encode()).hex()[:32]


async def round_key(tools: Tools, about: str) -> bytes:
    """The round's own secret, made if nobody was admitted under it yet.

    Under another one each agency could be admitted twice, so one that was lost raises UNAVAILABLE
    until it is restored.
    """
    name = round_key_name(about)
    if not tools.keys.holds(name) and await Nullifier.exists(round_id=about):
        raise MarketError("selection.key_lost", Kind.UNAVAILABLE, round=about)
    return tools.keys.secret(name)


def salt_key(tools: Tools, about: str) -> bytes:
    """The key from which the salts of a pool of all qualified come; committed to in the rules."""
    return hmac.digest(tools.keys.secret("pool-salts"), about.encode(), "sha256")


def salt_key_commit(tools: Tools, about: str) -> str:
    """H("salt-key", about, salt_key), in the rules; the key itself is shown with the decision."""
    return tagged("salt-key", about, salt_key(tools, about)).hex()


def make_key(call: Call, about: str) -> None:
    """Make the round's own secret now: made at first use its file would tell of an applicant."""
    db.current().after["round key"] = lambda: call.tools.keys.secret(round_key_name(about))


def forget_key(call: Call, about: str) -> None:
    """Destroy the round's own secret when the unit has been committed (PROTOCOL.md §5.1)."""
    db.current().after["round key"] = partial(call.tools.keys.destroy, round_key_name(about))
