"""A redo (重新选取): why a failed round is tried again, and who has to sign (PROTOCOL.md §7).

The statement follows from the failed round, the reason and an instant, so that whoever checks it
writes it anew and compares. The owner signs it; from the second redo of a project on a regulator
signs the same bytes. Which reasons a region lets choose from is the region's, how old a statement
may be when it is handed in the caller's.
"""

from typing import Final

from signing.core.canonical import JsonObject, dumps, loads
from signing.core.errors import Refused
from signing.core.shape import exactly, is_instant, is_positive, is_text, must_have
from signing.dossier import layout

OWNER_ALONE: Final = 1
# How a round fails by the rules themselves (PROTOCOL.md §3a).
FAILURES: Final = frozenset(
    {"NOT_CONTRIBUTED", "TOO_FEW", "CONTRIBUTION_BAD", "NOBODY_FIT", "EXHAUSTED"}
)
_SHAPE: Final = {
    "v": exactly(1),
    "kind": exactly("redo"),
    "about": is_text,
    "attempt": is_positive,
    "reason": is_text,
    "count": is_positive,
    "signed_at": is_instant,
}


def statement(about: str, reason: str, signed_at: str) -> bytes:
    """Give the bytes to sign for another attempt after the failed round `about`."""
    failed = layout.attempt_of(about)
    return dumps(
        {
            "v": 1,
            "kind": "redo",
            "about": about,
            "attempt": failed + 1,
            "reason": reason,
            "count": failed,
            "signed_at": signed_at,
        }
    )


def read(data: bytes, about: str) -> JsonObject:
    """Read a statement about the failed round `about`; refuses (`shape`) any other one."""
    body = must_have("redo", loads(data), _SHAPE)
    if statement(about, body["reason"], body["signed_at"]) != data:
        raise Refused("shape", "{what}: {key} is not as it must be", what="redo", key="about")
    return body


def may_be(reason: str, failure: str | None) -> bool:
    """Tell whether a reason fits the failure: the failure itself, or a cause beyond the rules."""
    return reason == failure or reason not in FAILURES


def needs_regulator(count: int) -> bool:
    """Tell whether the redo of that number needs a regulator's signature beside the owner's."""
    return count > OWNER_ALONE
