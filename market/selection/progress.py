"""A round with what its steps have left so far, for whoever looks at all of it. Reads only.

Many rounds are asked for as often as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from market.selection.models import STEPS, Clarification, Decision, Freeze, Result, Round, StepRow
from market.selection.states import State

Row = TypeVar("Row", bound=StepRow)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is: the row of each step that was taken."""

    round: Round
    rows: Mapping[type[StepRow], StepRow]

    def left(self, step: type[Row]) -> Row | None:
        """The row that this step has left, None while it was not taken."""
        row = self.rows.get(step)
        return row if isinstance(row, step) else None

    @property
    def freeze(self) -> Freeze | None:
        """What is opened together."""
        return self.left(Freeze)

    @property
    def decision(self) -> Decision | None:
        """What was drawn, and who is chosen now."""
        return self.left(Decision)

    @property
    def clarification(self) -> Clarification | None:
        """What of the result must be explained."""
        return self.left(Clarification)

    @property
    def result(self) -> Result | None:
        """Who was chosen, by name."""
        return self.left(Result)

    @property
    def is_flagged(self) -> bool:
        """Whether the chosen price must be explained."""
        return self.clarification is not None

    def hour(self, column: str) -> datetime | None:
        """The instant in a column of the round or of a step's row, None while nobody knows it."""
        rows = (row for row in (self.round, *self.rows.values()) if hasattr(row, column))
        return next((getattr(row, column) for row in rows), None)

    @property
    def times(self) -> dict[str, datetime | None]:
        """When each state was reached, as the rows tell; the deadline for ``accepting``."""
        round_ = self.round
        reached: dict[str, datetime | None] = {
            State.PUBLISHED: round_.published_at,
            State.ACCEPTING: round_.deadline_at,
        }
        for step in STEPS:
            row = self.left(step)
            reached |= {to: getattr(row, column, None) for to, column in step.reaches.items()}
        return reached


async def of_each(rounds: Sequence[Round]) -> list[Progress]:
    """How far each of them is, in their order."""
    if not rounds:
        return []
    rows: dict[str, dict[type[StepRow], StepRow]] = {round_.about: {} for round_ in rounds}
    for step in STEPS:
        for row in await step.filter(round_id__in=list(rows)):
            rows[row.round_id][step] = row
    return [Progress(round_, rows[round_.about]) for round_ in rounds]


async def of(round_: Round) -> Progress:
    """How far it is."""
    (progress,) = await of_each([round_])
    return progress
