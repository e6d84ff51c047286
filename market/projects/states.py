"""The life of a project, from an owner's draft to a signed notice: one table.

From PUBLISHED on ``selection`` moves it; the stages of a round within PUBLISHED are selection's
own. ASKED: the owner asked for another attempt that a regulator has to sign as well.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from market.kernel.machine import Machine


class State(StrEnum):
    """Where a project stands."""

    DRAFT = "draft"
    READY = "ready"
    PUBLISHED = "published"
    DECIDED = "decided"
    CONCLUDED = "concluded"
    FAILED = "failed"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class Event(StrEnum):
    """What moves it."""

    CHECKED = "checked"
    REOPENED = "reopened"
    DISCARDED = "discarded"
    RESTORED = "restored"
    PUBLISHED = "published"
    DECIDED = "decided"
    CONCLUDED = "concluded"
    FAILED = "failed"
    ASKED = "asked"
    RETRIED = "retried"
    WITHDRAWN = "withdrawn"


class Way(StrEnum):
    """选取方式. The preferential way (择优) is announced on the home page, not offered yet."""

    RANDOM = "random"
    PRICE = "price"


class Pool(StrEnum):
    """Among whom a random choice is made: those who applied, or every qualified agency."""

    APPLICANTS = "applicants"
    QUALIFIED = "qualified"


class Funding(StrEnum):
    """资金来源."""

    FISCAL = "fiscal"
    SOCIAL = "social"
    MIXED = "mixed"


MACHINE: Final = Machine(
    "project",
    State.DRAFT,
    {
        (State.DRAFT, Event.CHECKED): State.READY,
        (State.DRAFT, Event.DISCARDED): State.DISCARDED,
        (State.READY, Event.REOPENED): State.DRAFT,
        (State.READY, Event.DISCARDED): State.DISCARDED,
        (State.DISCARDED, Event.RESTORED): State.DRAFT,
        (State.READY, Event.PUBLISHED): State.PUBLISHED,
        (State.PUBLISHED, Event.DECIDED): State.DECIDED,
        (State.PUBLISHED, Event.FAILED): State.FAILED,
        (State.DECIDED, Event.CONCLUDED): State.CONCLUDED,
        (State.DECIDED, Event.FAILED): State.FAILED,
        (State.FAILED, Event.RETRIED): State.READY,
        (State.FAILED, Event.ASKED): State.ASKED,
        (State.FAILED, Event.WITHDRAWN): State.WITHDRAWN,
        (State.ASKED, Event.ASKED): State.ASKED,
        (State.ASKED, Event.RETRIED): State.READY,
        (State.ASKED, Event.WITHDRAWN): State.WITHDRAWN,
    },
)
OPEN_TO_OWNER: Final = frozenset({State.DRAFT, State.READY})


class Stage(StrEnum):
    """What the public sees of a project: its state, and in PUBLISHED whether sign-up is over."""

    ACCEPTING = "accepting"
    DECIDING = "deciding"
    PUBLICITY = "publicity"
    CONCLUDED = "concluded"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    AGAIN = "again"


_STAGES: Final = {
    State.DECIDED: Stage.PUBLICITY,
    State.CONCLUDED: Stage.CONCLUDED,
    State.FAILED: Stage.FAILED,
    State.WITHDRAWN: Stage.WITHDRAWN,
}


def stage(state: State, deadline_at: datetime, now: datetime) -> Stage:
    """The stage of a once published project; AGAIN: it is being prepared anew."""
    if state is State.PUBLISHED:
        return Stage.ACCEPTING if now < deadline_at else Stage.DECIDING
    return _STAGES.get(state, Stage.AGAIN)
