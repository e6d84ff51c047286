"""What is due, as a function of state and hour: every cell of the table, and its laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.selection.machine import ROUND
from market.selection.stages import (
    ACCEPT,
    CLOSE,
    CONCLUDE,
    DECIDE,
    GIVE_UP,
    REVEAL,
    STAGES,
    Stage,
)
from market.selection.states import FINAL, State
from market.selection.timeline import Standing, due

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
LATER = {"give_up": NOW + timedelta(days=6), "close": NOW + timedelta(days=5), "conclude": None}
REST = Standing(State.PUBLISHED, LATER, frozenset())
GIVEN = [stage.name for stage in STAGES if stage.givers]
HOURS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
STANDINGS = st.builds(
    Standing,
    state=st.sampled_from(State),
    hours=st.fixed_dictionaries({name: st.none() | HOURS for name in LATER}),
    given=st.frozensets(st.sampled_from(GIVEN)),
)


@pytest.mark.parametrize(
    ("state", "given", "hours", "stage"),
    [
        (State.PUBLISHED, (), {}, None),
        (State.PUBLISHED, ("accept",), {}, ACCEPT),
        (State.PUBLISHED, (), {"give_up": NOW}, GIVE_UP),
        (State.PUBLISHED, ("accept",), {"give_up": NOW}, GIVE_UP),
        (State.PUBLISHED, ("accept",), {"give_up": NOW + TICK}, ACCEPT),
        (State.ACCEPTING, (), {}, None),
        (State.ACCEPTING, (), {"close": NOW + TICK}, None),
        (State.ACCEPTING, (), {"close": NOW}, CLOSE),
        (State.FROZEN, (), {}, None),
        (State.FROZEN, ("decide",), {}, DECIDE),
        (State.DECIDED, (), {}, None),
        (State.DECIDED, ("reveal",), {}, REVEAL),
        (State.REVEALED, ("conclude",), {}, None),
        (State.REVEALED, ("conclude",), {"conclude": NOW + TICK}, None),
        (State.REVEALED, ("conclude",), {"conclude": NOW}, CONCLUDE),
        (State.REVEALED, (), {"conclude": NOW}, None),
        (State.CONCLUDED, ("conclude",), {"conclude": NOW}, None),
        (State.FAILED, ("decide", "reveal"), {}, None),
    ],
)
def test_every_cell(
    state: State, given: tuple[str, ...], hours: dict[str, datetime], stage: Stage | None
) -> None:
    standing = replace(REST, state=state, given=given, hours=LATER | hours)
    assert due(STAGES, standing, NOW) is stage


@given(STANDINGS, HOURS)
def test_what_is_due_is_a_step_that_the_state_allows(standing: Standing, now: datetime) -> None:
    stage = due(STAGES, standing, now)
    if stage is not None:
        assert stage.leads
        assert all(ROUND.allows(standing.state, event) for event in stage.leads)
    if standing.state in FINAL:
        assert stage is None


@given(STANDINGS, HOURS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_what_time_made_due_stays_due(standing: Standing, now: datetime, wait: timedelta) -> None:
    before, after = due(STAGES, standing, now), due(STAGES, standing, now + wait)
    if before is ACCEPT:
        assert after in (ACCEPT, GIVE_UP)
    elif before is not None:
        assert after is before


@given(STANDINGS, HOURS)
def test_nothing_is_opened_before_the_deadline_has_frozen_it(
    standing: Standing, now: datetime
) -> None:
    if standing.state in {State.PUBLISHED, State.ACCEPTING}:
        assert due(STAGES, standing, now) not in (DECIDE, REVEAL, CONCLUDE)
