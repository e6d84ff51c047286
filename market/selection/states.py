"""States of a round and the one table of its transitions."""

from enum import StrEnum

from market.kernel.machine import Machine


class State(StrEnum):
    """Where a round stands."""

    PUBLISHED = "published"
    ACCEPTING = "accepting"
    FROZEN = "frozen"
    DECIDED = "decided"
    REVEALED = "revealed"
    CONCLUDED = "concluded"
    FAILED = "failed"


class Event(StrEnum):
    """What moves a round."""

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


ROUND = Machine(
    "round",
    State.PUBLISHED,
    {
        (State.PUBLISHED, Event.ALL_CONTRIBUTED): State.ACCEPTING,
        (State.PUBLISHED, Event.NOT_CONTRIBUTED): State.FAILED,
        (State.ACCEPTING, Event.EXTENDED): State.ACCEPTING,
        (State.ACCEPTING, Event.TOO_FEW): State.FAILED,
        (State.ACCEPTING, Event.FROZEN): State.FROZEN,
        (State.FROZEN, Event.DECIDED): State.DECIDED,
        (State.FROZEN, Event.NOBODY_FIT): State.FAILED,
        (State.DECIDED, Event.MOVED): State.DECIDED,
        (State.DECIDED, Event.EXHAUSTED): State.FAILED,
        (State.DECIDED, Event.REVEALED): State.REVEALED,
        (State.REVEALED, Event.MOVED): State.DECIDED,
        (State.REVEALED, Event.CONCLUDED): State.CONCLUDED,
    },
)

# What ends as soon as the trustees have said or given their part.
ON_TRUSTEES = (State.PUBLISHED, State.FROZEN, State.DECIDED)
FINAL = frozenset({State.CONCLUDED, State.FAILED})
AFTER_FREEZE = frozenset(State) - {State.PUBLISHED, State.ACCEPTING}
AFTER_DECISION = frozenset({State.DECIDED, State.REVEALED, State.CONCLUDED})
AFTER_REVEAL = frozenset({State.REVEALED, State.CONCLUDED})
