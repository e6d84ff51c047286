"""A way may walk through stages of its own: states, tags, visibility and time take them as data."""

from datetime import UTC, datetime, timedelta

import pytest

from market.kernel.errors import MarketError
from market.selection import machine
from market.selection.stages import DECIDE, STAGES
from market.selection.states import Event, State
from market.selection.timeline import Standing, due
from market.selection.ways.registry import WAYS
from tests.factories.pausing import BEGIN, END, PAUSING, Pause, Pausing

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


def test_the_machine_allows_what_the_stages_of_all_ways_lead_to() -> None:
    stages = machine.stages_of([*WAYS.values(), PAUSING])
    assert [one.name for one in stages[: len(STAGES)]] == [one.name for one in STAGES]
    round_ = machine.machine_of(stages)
    assert round_.after(State.FROZEN, Pause.BEGUN) is Pausing.PAUSED
    assert round_.after(Pausing.PAUSED, Pause.OVER) is State.FROZEN
    assert round_.after(State.FROZEN, Event.DECIDED) is State.DECIDED
    assert set(round_.states) == {*State, Pausing.PAUSED}
    assert "  frozen --> paused: begun" in round_.diagram()
    with pytest.raises(MarketError, match="no_transition"):
        machine.ROUND.after(State.FROZEN, Pause.BEGUN)


def test_a_way_is_walked_in_the_order_of_its_stages() -> None:
    frozen, rest = PAUSING.path.index(State.FROZEN), WAYS["random"].path
    assert PAUSING.path[frozen + 1] is Pausing.PAUSED
    assert (
        tuple(one for one in PAUSING.path if one is not Pausing.PAUSED) == rest == tuple(State)[:-1]
    )


@pytest.mark.parametrize(
    ("state", "given", "end", "stage"),
    [
        (State.FROZEN, (), None, None),
        (State.FROZEN, ("pause", "decide"), None, BEGIN),
        (State.FROZEN, ("decide",), NOW, DECIDE),
        (Pausing.PAUSED, ("decide",), None, None),
        (Pausing.PAUSED, (), NOW + TICK, None),
        (Pausing.PAUSED, (), NOW, END),
    ],
)
def test_time_walks_the_stages_of_the_way(
    state: State | Pausing, given: tuple[str, ...], end: datetime | None, stage: object
) -> None:
    standing = Standing(state, {"go_on": end}, given)
    assert due(PAUSING.stages, standing, NOW) is stage
    if state is Pausing.PAUSED:
        assert due(STAGES, standing, NOW) is None
