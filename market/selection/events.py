"""Ledger tags of a round; their facts are fixed in PROTOCOL.md §3a."""

from enum import StrEnum
from typing import Final

from market.kernel.subject import Subject
from market.projects.states import MACHINE as PROJECT
from market.projects.states import Event as ProjectEvent
from market.selection.machine import ROUND, TAG_OF


class Tag(StrEnum):
    """What is recorded about a round."""

    PUBLISHED = "selection:round:published"
    CONTRIBUTED = "selection:round:contributed"
    ACCEPTING = "selection:round:accepting"
    EXTENDED = "selection:round:extended"
    FROZEN = "selection:round:frozen"
    RELEASED = "selection:round:released"
    UNSEALED = "selection:round:unsealed"
    DECIDED = "selection:round:decided"
    MOVED = "selection:round:moved"
    REVEALED = "selection:round:revealed"
    CONCLUDED = "selection:round:concluded"
    FAILED = "selection:round:failed"
    EXPLAINED = "selection:round:explained"
    ACCEPTED_EXPLANATION = "selection:round:explanation_accepted"
    ESCROW_ORDERED = "selection:round:escrow_ordered"
    ESCROW_OPENED = "selection:round:escrow_opened"
    BREACHED = "selection:round:breached"
    AUDIT_ORDERED = "selection:round:audit_ordered"
    AUDIT_FOUND = "selection:round:audit_found"
    SEALED = "sealed"  # tag, subject and author of an entry that tells of none


TRANSITIONS: Final = (
    (ROUND, TAG_OF),
    (
        PROJECT,
        {
            ProjectEvent.PUBLISHED: Tag.PUBLISHED,
            ProjectEvent.DECIDED: Tag.DECIDED,
            ProjectEvent.CONCLUDED: Tag.CONCLUDED,
            ProjectEvent.FAILED: Tag.FAILED,
        },
    ),
)
SUBJECTS: Final = (Subject(Tag.SEALED, words="subject.sealed"),)
DETAILS: Final = {
    Tag.EXTENDED: ("selection.extended.%(reason)s",),
    Tag.RELEASED: ("selection.release.%(kind)s",),
}
