"""Ledger tags of this room, and which tag stands behind each transition.

Saving a draft changes no right and writes no entry. Transitions that ``selection`` makes are
recorded by selection itself, in the same unit, so that every act leaves exactly one entry.
"""

from enum import StrEnum
from typing import Final

from market.projects.states import Event


class Tag(StrEnum):
    """What this room writes, about ``project:<code>``."""

    READY = "project:ready"
    REOPENED = "project:reopened"
    DISCARDED = "project:discarded"
    RESTORED = "project:restored"
    ASKED = "project:redo_asked"
    RETRIED = "project:retried"
    WITHDRAWN = "project:withdrawn"


TAGS: Final[dict[Event, str]] = {
    Event.CHECKED: Tag.READY,
    Event.REOPENED: Tag.REOPENED,
    Event.DISCARDED: Tag.DISCARDED,
    Event.RESTORED: Tag.RESTORED,
    Event.PUBLISHED: "selection:round:published",
    Event.DECIDED: "selection:round:decided",
    Event.CONCLUDED: "selection:round:concluded",
    Event.FAILED: "selection:round:failed",
    Event.ASKED: Tag.ASKED,
    Event.RETRIED: Tag.RETRIED,
    Event.WITHDRAWN: Tag.WITHDRAWN,
}


def about(code: str) -> str:
    """How the ledger names the project."""
    return f"project:{code}"


def round_about(code: str, attempt: int) -> str:
    """How the ledger names one attempt of the project."""
    return f"round:{code}/{attempt}"
