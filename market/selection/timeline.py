"""What is due in a round, as a function of its state and the hour; pure.

The job asks this for every round that is not over; each step guards itself under the round's lock,
so that asking twice, late, or on two machines does no harm.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.selection.states import State


class Step(StrEnum):
    """One thing that time or the trustees make due."""

    ACCEPT = "accept"
    GIVE_UP = "give_up"
    CLOSE = "close"
    DECIDE = "decide"
    REVEAL = "reveal"
    CONCLUDE = "conclude"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which step is due."""

    state: State
    opens_at: datetime
    deadline_at: datetime
    publicity_until: datetime | None
    contributed: bool
    shares_in: bool
    identity_in: bool
    explanation_open: bool


def due(standing: Standing, now: datetime) -> Step | None:
    """The step that is due at ``now``, if any."""
    s = standing
    step = None
    match s.state:
        case State.PUBLISHED if now >= s.opens_at:
            step = Step.GIVE_UP
        case State.PUBLISHED if s.contributed:
            step = Step.ACCEPT
        case State.ACCEPTING if now >= s.deadline_at:
            step = Step.CLOSE
        case State.FROZEN if s.shares_in:
            step = Step.DECIDE
        case State.DECIDED if s.identity_in:
            step = Step.REVEAL
        case State.REVEALED if s.publicity_until and now >= s.publicity_until:
            step = None if s.explanation_open else Step.CONCLUDE
    return step
