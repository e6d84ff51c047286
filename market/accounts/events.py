"""Ledger tags of this room: changes of rights and reset passwords, by code, without a name."""

from enum import StrEnum
from typing import Final

from market.accounts.states import PERSON, PersonEvent


class Tag(StrEnum):
    """``about`` is ``person:<code>``; facts carry roles, division codes and instants only."""

    ENROLLED = "person:enrolled"
    GRANTED = "person:granted"
    GRANT_ENDED = "person:grant_ended"
    SUSPENDED = "person:suspended"
    PASSWORD_RESET = "person:password_reset"  # noqa: S105 - the name of a tag, no password
    REACTIVATED = "person:reactivated"


TAG_OF: Final = {PersonEvent.SUSPEND: Tag.SUSPENDED, PersonEvent.REACTIVATE: Tag.REACTIVATED}
TRANSITIONS: Final = ((PERSON, TAG_OF),)
