"""A throw-away way: a round by lot that pauses a day between its freeze and its draw.

Everything it adds stands here: a state, two events, the facts that tell them, two stages and their
steps, and the rows that one of them leaves.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tortoise.expressions import Q

from market.infra.db import use_case
from market.kernel.call import Call
from market.selection.deciding.step import Step
from market.selection.progress import Progress
from market.selection.stages import ACCEPT, CLOSE, CONCLUDE, DECIDE, GIVE_UP, REVEAL, Givers, Stage
from market.selection.states import RoundEvent, RoundState, State
from market.selection.steps import locked, move
from market.selection.ways.random import RANDOM
from signing.core.facts import Facts, Instant

A_DAY = timedelta(days=1)


class Pausing(RoundState):
    """Its state."""

    PAUSED = "paused"


class Pause(RoundEvent):
    """Its events."""

    BEGUN = "begun"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun(Facts):
    """Since when it pauses."""

    tag: ClassVar[str] = "selection:round:pause_begun"
    since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Over(Facts):
    """It goes on."""

    tag: ClassVar[str] = "selection:round:pause_over"


@dataclass
class PauseRow:
    """What the pause leaves; kept in memory, as a migration is not worth a test."""

    reaches: ClassVar[Mapping[RoundState, str]] = {Pausing.PAUSED: "at"}
    kept: ClassVar[dict[str, "PauseRow"]] = {}
    round_id: str
    at: datetime
    over_at: datetime

    @classmethod
    async def filter(cls, *, round_id__in: Collection[str]) -> list["PauseRow"]:
        """The rows of these rounds."""
        return [row for about, row in cls.kept.items() if about in round_id__in]


def _row(one: Progress) -> PauseRow | None:
    kind: Any = PauseRow  # no model, for want of a table
    row: PauseRow | None = one.left(kind)
    return row


BEGIN = Stage("pause", State.FROZEN, {Pause.BEGUN: (Pausing.PAUSED, Begun)}, givers=Givers.PARTIES)
END = Stage("go_on", Pausing.PAUSED, {Pause.OVER: (State.FROZEN, Over)}, hour="over_at")
PAUSING = replace(
    RANDOM,
    parts={"pause": frozenset({Pausing.PAUSED})},
    stages=(GIVE_UP, ACCEPT, CLOSE, BEGIN, END, DECIDE, REVEAL, CONCLUDE),
)


@use_case
async def begin(call: Call, about: str) -> None:
    """Begin the pause."""
    round_ = await locked(about)
    PauseRow.kept[about] = PauseRow(about, call.now, call.now + A_DAY)
    await move(call, round_, Pause.BEGUN, Begun(since=call.now.isoformat()))


@use_case
async def end(call: Call, about: str) -> None:
    """Let the round go on."""
    round_ = await locked(about)
    await move(call, round_, Pause.OVER, Over())


async def _has_not_paused(one: Progress) -> bool:
    return _row(one) is None


def _any(_now: datetime) -> Q:
    return Q()


STEPS = (Step(BEGIN, begin, given=_has_not_paused), Step(END, end, among=_any))
