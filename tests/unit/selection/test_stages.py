"""A way may walk through stages of its own: states, tags, visibility and time take them as data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from market.kernel.errors import MarketError
from market.selection import machine
from market.selection.deciding.released import released_in
from market.selection.models import Round
from market.selection.stages import DECIDE, STAGES
from market.selection.states import Event, RoundState, State
from market.selection.timeline import Standing, due
from market.selection.ways.registry import WAYS
from signing.rounds import facts
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


def test_what_is_released_follows_from_where_its_ground_leads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not from what the state is called."""
    leads = {Event.DECIDED: (Pausing.PAUSED, facts.Decided)}
    stages = tuple(replace(one, leads=leads) if one is DECIDE else one for one in STAGES[:4])
    monkeypatch.setitem(machine.STATES, Pausing.PAUSED, Pausing.PAUSED)
    terms = {"way": "random", "pool": "applicants"}

    def released(state: RoundState) -> str | None:
        release = released_in(Round(way="random", state=state, terms=terms))
        return release.kind if release else None

    assert released(State.FROZEN) == "application"
    assert (released(State.DECIDED), released(Pausing.PAUSED)) == ("identity", None)
    monkeypatch.setitem(WAYS, "random", replace(WAYS["random"], stages=stages))
    assert (released(State.DECIDED), released(Pausing.PAUSED)) == (None, "identity")


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
