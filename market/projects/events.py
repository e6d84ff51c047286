"""Ledger tags of this room, and which tag stands behind each transition.

Saving a draft changes no right and writes no entry. A transition that a room above makes is
recorded by that room, in the same unit, so that every act leaves exactly one entry.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from market.kernel.subject import Subject
from market.projects.states import MACHINE, Event
from signing.core.facts import Digest, Facts, Positive


class Tag(StrEnum):
    """What this room writes, about ``project:<code>``."""

    READY = "project:ready"
    REOPENED = "project:reopened"
    DISCARDED = "project:discarded"
    RESTORED = "project:restored"
    ASKED = "project:redo_asked"
    RETRIED = "project:retried"
    WITHDRAWN = "project:withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfNeed(Facts):
    """What happened to the need as it stands; null for a draft that was never checked."""

    need_sha256: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(OfNeed):
    """It passed every check, for this attempt."""

    tag: ClassVar[str] = Tag.READY
    attempt: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(OfNeed):
    """It is a draft again."""

    tag: ClassVar[str] = Tag.REOPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded(OfNeed):
    """It was thrown away."""

    tag: ClassVar[str] = Tag.DISCARDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(OfNeed):
    """It was taken back."""

    tag: ClassVar[str] = Tag.RESTORED


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(OfNeed):
    """It was given up for good."""

    tag: ClassVar[str] = Tag.WITHDRAWN


TAG_OF: Final = {
    Event.CHECKED: Tag.READY,
    Event.REOPENED: Tag.REOPENED,
    Event.DISCARDED: Tag.DISCARDED,
    Event.RESTORED: Tag.RESTORED,
    Event.ASKED: Tag.ASKED,
    Event.RETRIED: Tag.RETRIED,
    Event.WITHDRAWN: Tag.WITHDRAWN,
}
TRANSITIONS: Final = ((MACHINE, TAG_OF),)
HISTORY: Final = "/log/projects/"
SUBJECTS: Final = (Subject("project", history=HISTORY), Subject("round", history=HISTORY))
_REDO: Final = ("project.redo.count", "project.redo.reason.%(reason)s")
DETAILS: Final = {Tag.ASKED: _REDO, Tag.RETRIED: _REDO}


def about(code: str) -> str:
    """How the ledger names the project."""
    return f"project:{code}"


def round_about(code: str, attempt: int) -> str:
    """How the ledger names one attempt of the project."""
    return f"round:{code}/{attempt}"
