"""A round with what its steps have left so far, for whoever looks at all of it. Reads only.

Many rounds are asked for as often as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tortoise.models import Model

from market.selection.models import Decision, Freeze, Judging, Result, Round

Step = TypeVar("Step", bound=Freeze | Decision | Judging | Result)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is: the row of each step that was taken, None for the others."""

    round: Round
    freeze: Freeze | None
    decision: Decision | None
    judging: Judging | None
    result: Result | None

    @property
    def is_flagged(self) -> bool:
        """Whether the chosen price must be explained."""
        return self.judging is not None


async def of_each(rounds: Sequence[Round]) -> list[Progress]:
    """How far each of them is, in their order."""
    if not rounds:
        return []
    abouts = [round_.about for round_ in rounds]
    freezes = await _rows(Freeze, abouts)
    decisions = await _rows(Decision, abouts)
    judgings = await _rows(Judging, abouts)
    results = await _rows(Result, abouts)
    return [
        Progress(
            round_,
            freezes.get(round_.about),
            decisions.get(round_.about),
            judgings.get(round_.about),
            results.get(round_.about),
        )
        for round_ in rounds
    ]


async def of(round_: Round) -> Progress:
    """How far it is."""
    (progress,) = await of_each([round_])
    return progress


async def _rows(step: type[Step], abouts: list[str]) -> Mapping[str, Step]:
    model: type[Model] = step
    rows = await model.filter(round_id__in=abouts)
    return {row.round_id: row for row in rows}  # type: ignore[attr-defined,misc]  # one of the four
