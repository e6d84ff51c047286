"""Where a round may stand, and what moves it; a way may enumerate more of both.

Which event leads from where to where is said by ``stages``, all of them together by ``machine``.
"""

from enum import StrEnum


class RoundState(StrEnum):
    """Where a round stands."""


class RoundEvent(StrEnum):
    """What moves a round."""


class State(RoundState):
    """Where a round by any way may stand."""

    PUBLISHED = "published"
    ACCEPTING = "accepting"
    FROZEN = "frozen"
    DECIDED = "decided"
    REVEALED = "revealed"
    CONCLUDED = "concluded"
    FAILED = "failed"


class Event(RoundEvent):
    """What moves a round by any way."""

    ALL_CONTRIBUTED = "all_contributed"
    NOT_CONTRIBUTED = "not_contributed"
    EXTENDED = "extended"
    TOO_FEW = "too_few"
    FROZEN = "frozen"
    DECIDED = "decided"
    NOBODY_FIT = "nobody_fit"
    MOVED = "moved"
    EXHAUSTED = "exhausted"
    REVEALED = "revealed"
    CONCLUDED = "concluded"


FINAL = frozenset({State.CONCLUDED, State.FAILED})
BEFORE_FREEZE = frozenset({State.PUBLISHED, State.ACCEPTING})
AFTER_DECISION = frozenset({State.DECIDED, State.REVEALED, State.CONCLUDED})
AFTER_REVEAL = frozenset({State.REVEALED, State.CONCLUDED})
