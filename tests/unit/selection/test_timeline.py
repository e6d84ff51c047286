"""What is due, as a function of state and hour: every cell of the table, and its laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.selection.states import FINAL, ROUND, Event, State
from market.selection.timeline import Standing, Step, due

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
REST = Standing(
    state=State.PUBLISHED,
    opens_at=NOW + timedelta(days=6),
    deadline_at=NOW + timedelta(days=5),
    publicity_until=None,
    contributed=False,
    shares_in=False,
    identity_in=False,
    explanation_open=False,
)
HOURS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
STANDINGS = st.builds(
    Standing,
    state=st.sampled_from(State),
    opens_at=HOURS,
    deadline_at=HOURS,
    publicity_until=st.none() | HOURS,
    contributed=st.booleans(),
    shares_in=st.booleans(),
    identity_in=st.booleans(),
    explanation_open=st.booleans(),
)
MOVES = {
    Step.ACCEPT: {Event.ALL_CONTRIBUTED},
    Step.GIVE_UP: {Event.NOT_CONTRIBUTED},
    Step.CLOSE: {Event.FROZEN, Event.EXTENDED, Event.TOO_FEW},
    Step.DECIDE: {Event.DECIDED, Event.NOBODY_FIT},
    Step.REVEAL: {Event.REVEALED, Event.MOVED, Event.EXHAUSTED},
    Step.CONCLUDE: {Event.CONCLUDED},
}


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, None),
        ({"contributed": True}, Step.ACCEPT),
        ({"opens_at": NOW}, Step.GIVE_UP),
        ({"opens_at": NOW, "contributed": True}, Step.GIVE_UP),
        ({"opens_at": NOW + TICK, "contributed": True}, Step.ACCEPT),
        ({"state": State.ACCEPTING}, None),
        ({"state": State.ACCEPTING, "deadline_at": NOW + TICK}, None),
        ({"state": State.ACCEPTING, "deadline_at": NOW}, Step.CLOSE),
        ({"state": State.FROZEN}, None),
        ({"state": State.FROZEN, "shares_in": True}, Step.DECIDE),
        ({"state": State.DECIDED}, None),
        ({"state": State.DECIDED, "identity_in": True}, Step.REVEAL),
        ({"state": State.REVEALED}, None),
        ({"state": State.REVEALED, "publicity_until": NOW + TICK}, None),
        ({"state": State.REVEALED, "publicity_until": NOW}, Step.CONCLUDE),
        ({"state": State.REVEALED, "publicity_until": NOW, "explanation_open": True}, None),
        ({"state": State.CONCLUDED, "publicity_until": NOW}, None),
        ({"state": State.FAILED, "shares_in": True, "identity_in": True}, None),
    ],
)
def test_every_cell(changes: dict[str, object], step: Step | None) -> None:
    assert due(replace(REST, **changes), NOW) is step  # type: ignore[arg-type]  # each field by name


@given(STANDINGS, HOURS)
def test_what_is_due_is_a_step_that_the_state_allows(standing: Standing, now: datetime) -> None:
    step = due(standing, now)
    if step is not None:
        assert any(ROUND.allows(standing.state, event) for event in MOVES[step])
    if standing.state in FINAL:
        assert step is None


@given(STANDINGS, HOURS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_what_time_made_due_stays_due(standing: Standing, now: datetime, wait: timedelta) -> None:
    before, after = due(standing, now), due(standing, now + wait)
    if before is Step.ACCEPT:
        assert after in {Step.ACCEPT, Step.GIVE_UP}
    elif before is not None:
        assert after is before


@given(STANDINGS, HOURS)
def test_nothing_is_opened_before_the_deadline_has_frozen_it(
    standing: Standing, now: datetime
) -> None:
    if standing.state in {State.PUBLISHED, State.ACCEPTING}:
        assert due(standing, now) not in {Step.DECIDE, Step.REVEAL, Step.CONCLUDE}
