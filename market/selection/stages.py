"""The stages of a round: where it waits, for which hour and whom, and what may come of it; pure.

A way walks through these six, or puts its own between them. Who takes the step that is due stands
beside each use case (``deciding.step``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from market.selection.states import Event, RoundEvent, RoundState, State
from signing.rounds import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signing.core.facts import Facts

Leads: TypeAlias = "Mapping[RoundEvent, tuple[RoundState, type[Facts]]]"


class Givers(StrEnum):
    """Who must have given something before a stage is over."""

    TRUSTEES = "trustees"
    PARTIES = "parties"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. ``leads``: what may come of it, where that leads and which facts tell it.

    It is over once the ``hour`` has come, if it waits for one (a column of the round, or of the row
    that a step has left), and the ``givers`` have given, if it waits for any.
    """

    name: str
    state: RoundState
    leads: Leads
    hour: str | None = None
    givers: Givers | None = None

    @property
    def at(self) -> str:
        """How a round is named that waits in it, for whoever says what it waits for."""
        return f"round:{self.state}/{self.name}"


GIVE_UP: Final = Stage(
    "give_up",
    State.PUBLISHED,
    {Event.NOT_CONTRIBUTED: (State.FAILED, facts.Failed)},
    hour="opens_at",
)
ACCEPT: Final = Stage(
    "accept",
    State.PUBLISHED,
    {Event.ALL_CONTRIBUTED: (State.ACCEPTING, facts.Accepting)},
    givers=Givers.TRUSTEES,
)
CLOSE: Final = Stage(
    "close",
    State.ACCEPTING,
    {
        Event.EXTENDED: (State.ACCEPTING, facts.Extended),
        Event.TOO_FEW: (State.FAILED, facts.Failed),
        Event.FROZEN: (State.FROZEN, facts.Frozen),
    },
    hour="deadline_at",
)
DECIDE: Final = Stage(
    "decide",
    State.FROZEN,
    {
        Event.DECIDED: (State.DECIDED, facts.Decided),
        Event.NOBODY_FIT: (State.FAILED, facts.Failed),
    },
    givers=Givers.TRUSTEES,
)
REVEAL: Final = Stage(
    "reveal",
    State.DECIDED,
    {
        Event.MOVED: (State.DECIDED, facts.Moved),
        Event.EXHAUSTED: (State.FAILED, facts.Failed),
        Event.REVEALED: (State.REVEALED, facts.Revealed),
    },
    givers=Givers.TRUSTEES,
)
CONCLUDE: Final = Stage(
    "conclude",
    State.REVEALED,
    {
        Event.MOVED: (State.DECIDED, facts.Moved),
        Event.CONCLUDED: (State.CONCLUDED, facts.Concluded),
    },
    hour="publicity_until",
    givers=Givers.PARTIES,
)
# Where two wait in one state, the first that is due goes first.
STAGES: Final = (GIVE_UP, ACCEPT, CLOSE, DECIDE, REVEAL, CONCLUDE)
