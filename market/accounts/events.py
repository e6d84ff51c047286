"""Ledger tags of this room: changes of rights and reset passwords, by code, without a name."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from market.accounts.states import PERSON, PersonEvent
from signing.core.facts import Facts, Instant, Text


class Tag(StrEnum):
    """``about`` is ``person:<code>``; facts carry roles, division codes and instants only."""

    ENROLLED = "person:enrolled"
    GRANTED = "person:granted"
    GRANT_ENDED = "person:grant_ended"
    SUSPENDED = "person:suspended"
    PASSWORD_RESET = "person:password_reset"  # noqa: S105 - the name of a tag, no password
    REACTIVATED = "person:reactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Facts):
    """An account was opened."""

    tag: ClassVar[str] = Tag.ENROLLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(Facts):
    """A role for some regions, for good or until an instant."""

    tag: ClassVar[str] = Tag.GRANTED
    role: Text
    regions: list[Text]
    until_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEnded(Facts):
    """A role was taken away."""

    tag: ClassVar[str] = Tag.GRANT_ENDED
    role: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Facts):
    """Every right rests."""

    tag: ClassVar[str] = Tag.SUSPENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Facts):
    """Somebody got a one-time password."""

    tag: ClassVar[str] = Tag.PASSWORD_RESET


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactivated(Facts):
    """The rights are back."""

    tag: ClassVar[str] = Tag.REACTIVATED


TOLD: Final = {PersonEvent.SUSPEND: Suspended(), PersonEvent.REACTIVATE: Reactivated()}
TAG_OF: Final = {PersonEvent.SUSPEND: Tag.SUSPENDED, PersonEvent.REACTIVATE: Tag.REACTIVATED}
TRANSITIONS: Final = ((PERSON, TAG_OF),)
