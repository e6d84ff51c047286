"""Ledger tags of this room: what is done to accounts and rights, by code, without a name."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from market.accounts.states import PERSON, REQUEST, PersonEvent, RequestEvent
from signing.core.facts import Facts, Instant, Text


class Tag(StrEnum):
    """``about`` is ``person:<code>``; facts carry roles, division codes and instants only."""

    ENROLLED = "person:enrolled"
    GRANTED = "person:granted"
    GRANT_ENDED = "person:grant_ended"
    SUSPENDED = "person:suspended"
    PASSWORD_RESET = "person:password_reset"  # noqa: S105 - the name of a tag, no password
    REACTIVATED = "person:reactivated"
    SECOND_FACTOR_RESET = "person:second_factor_reset"
    CERTIFICATE_RECORDED = "person:certificate_recorded"
    CERTIFICATE_STRUCK = "person:certificate_struck"
    FOUNDED = "person:founded"
    ASKED = "person:asked"
    CONFIRMED = "person:confirmed"
    NOT_CONFIRMED = "person:not_confirmed"
    WITHDRAWN = "person:withdrawn"
    EXPIRED = "person:expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Facts):
    """An account was opened."""

    tag: ClassVar[str] = Tag.ENROLLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(Facts):
    """A role for some regions, for good or until an instant; an owner's maybe for drafting only."""

    tag: ClassVar[str] = Tag.GRANTED
    role: Text
    regions: list[Text]
    until_at: Instant | None
    drafts_only: bool | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset(Facts):
    """An authenticator was forgotten."""

    tag: ClassVar[str] = Tag.SECOND_FACTOR_RESET


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecorded(Facts):
    """A certificate stands for the person, or for the organisation."""

    tag: ClassVar[str] = Tag.CERTIFICATE_RECORDED
    for_organisation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStruck(Facts):
    """A certificate stands for nobody any more."""

    tag: ClassVar[str] = Tag.CERTIFICATE_STRUCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded(Facts):
    """The first holder of a role was entered at the machine, where no second person is asked."""

    tag: ClassVar[str] = Tag.FOUNDED
    role: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request(Facts):
    request: Text
    act: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(_Request):
    """A change of rights that takes two was asked for, until an instant."""

    tag: ClassVar[str] = Tag.ASKED
    until_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(_Request):
    """The second person confirmed it; what was done stands in an entry of the same unit."""

    tag: ClassVar[str] = Tag.CONFIRMED
    asked_by: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NotConfirmed(_Request):
    """The second person refused it."""

    tag: ClassVar[str] = Tag.NOT_CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(_Request):
    """Who asked took it back."""

    tag: ClassVar[str] = Tag.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(_Request):
    """Nobody confirmed it in time."""

    tag: ClassVar[str] = Tag.EXPIRED


TOLD: Final = {PersonEvent.SUSPEND: Suspended(), PersonEvent.REACTIVATE: Reactivated()}
TAG_OF: Final = {PersonEvent.SUSPEND: Tag.SUSPENDED, PersonEvent.REACTIVATE: Tag.REACTIVATED}
REQUEST_TAG_OF: Final = {
    RequestEvent.CONFIRM: Tag.CONFIRMED,
    RequestEvent.REFUSE: Tag.NOT_CONFIRMED,
    RequestEvent.WITHDRAW: Tag.WITHDRAWN,
    RequestEvent.EXPIRE: Tag.EXPIRED,
}
TRANSITIONS: Final = ((PERSON, TAG_OF), (REQUEST, REQUEST_TAG_OF))
