"""Ledger tags of this room: every change of rights, under the person's code, without a name."""

from enum import StrEnum


class Tag(StrEnum):
    """``about`` is ``person:<code>``; facts carry roles, division codes and instants only."""

    ENROLLED = "person:enrolled"
    GRANTED = "person:granted"
    GRANT_ENDED = "person:grant_ended"
    SUSPENDED = "person:suspended"
    REACTIVATED = "person:reactivated"
