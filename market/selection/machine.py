"""The machine of a round: what the stages of all ways allow, one table."""

from collections.abc import Iterable, Mapping
from typing import Final

from market.kernel.machine import Machine
from market.selection.stages import Givers, Stage
from market.selection.states import BEFORE_FREEZE, RoundEvent, RoundState, State
from market.selection.ways.registry import WAYS
from market.selection.ways.way import Way


def stages_of(ways: Iterable[Way]) -> tuple[Stage, ...]:
    """Every stage of these ways, once."""
    return tuple({stage.name: stage for way in ways for stage in way.stages}.values())


def machine_of(stages: Iterable[Stage]) -> Machine[RoundState, RoundEvent]:
    """The transitions that these stages allow, in their order."""
    table: dict[tuple[RoundState, RoundEvent], RoundState] = {
        (stage.state, event): to for stage in stages for event, (to, _) in stage.leads.items()
    }
    return Machine("round", State.PUBLISHED, table)


def tags_of(stages: Iterable[Stage]) -> Mapping[RoundEvent, str]:
    """Which ledger tag tells each event."""
    return {event: told.tag for stage in stages for event, (_, told) in stage.leads.items()}


STAGES: Final = stages_of(WAYS.values())
ROUND: Final = machine_of(STAGES)
TAG_OF: Final = tags_of(STAGES)
STATES: Final[Mapping[str, RoundState]] = {str(state): state for state in ROUND.states}
AFTER_FREEZE: Final = frozenset(ROUND.states) - BEFORE_FREEZE
# What ends as soon as the trustees have said or given their part.
ON_TRUSTEES: Final = tuple(
    dict.fromkeys(stage.state for stage in STAGES if stage.givers is Givers.TRUSTEES)
)
