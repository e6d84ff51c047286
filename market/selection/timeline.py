"""What is due in a round, as a function of its stages and the hour; pure.

The job asks this for every round that is not over; each step guards itself under the round's lock,
so that asking twice, late, or on two machines does no harm.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from market.selection.stages import Stage
from market.selection.states import RoundState


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which stage is over, each by its name.

    ``hours``: from when on, None while nobody knows; ``given``: those whose givers gave all.
    """

    state: RoundState
    hours: Mapping[str, datetime | None]
    given: Collection[str]


def due(stages: Iterable[Stage], standing: Standing, now: datetime) -> Stage | None:
    """The stage that is over at ``now``, if any: its step is due."""
    here = (stage for stage in stages if stage.state is standing.state)
    return next((stage for stage in here if _is_over(stage, standing, now)), None)


def _is_over(stage: Stage, standing: Standing, now: datetime) -> bool:
    hour = standing.hours.get(stage.name)
    in_time = stage.hour is None or (hour is not None and now >= hour)
    return in_time and (stage.givers is None or stage.name in standing.given)
