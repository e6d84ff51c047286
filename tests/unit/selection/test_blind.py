"""Who sees what in which state: nobody more than the table, nothing of applicants too early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actors import Role
from market.selection.blind import ALWAYS, parts, sentence, visible
from market.selection.machine import AFTER_FREEZE, ROUND
from market.selection.states import AFTER_DECISION, AFTER_REVEAL, FINAL, State
from market.selection.ways.registry import WAYS
from market.web.i18n import LOCALES, say

ROLES = st.sampled_from(Role)
STATES = st.sampled_from(State)
BY = st.sampled_from(sorted(WAYS))
READERS = {Role.OWNER, Role.REGULATOR, Role.AGENCY}


@pytest.mark.parametrize("state", [State.PUBLISHED, State.ACCEPTING])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("way", WAYS)
def test_before_the_freeze_nobody_sees_anything_of_the_applicants(
    way: str, role: Role, state: State
) -> None:
    assert visible(role, state, way) == ALWAYS == {"terms", "deadline", "trustees", "contributions"}


COMPARED = {"random": set(), "price": {"prices", "far_below"}}
EXPLAINED = {"random": set(), "price": {"explanation"}}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("way", WAYS)
def test_the_whole_table(way: str, role: Role) -> None:
    decided = ALWAYS | {"count", "codes", "draw"} | COMPARED[way]
    named = decided | {"winner"} | (EXPLAINED[way] if role in READERS else set())
    assert {state: visible(role, state, way) for state in State} == {
        State.PUBLISHED: ALWAYS,
        State.ACCEPTING: ALWAYS,
        State.FROZEN: ALWAYS | {"count"},
        State.DECIDED: decided,
        State.REVEALED: named,
        State.CONCLUDED: named,
        State.FAILED: ALWAYS | {"count"},
    }


@given(ROLES, ROLES, STATES, BY)
def test_no_role_sees_more_of_the_applicants_than_any_other(
    one: Role, other: Role, state: State, way: str
) -> None:
    assert visible(one, state, way) ^ visible(other, state, way) <= {"explanation"}


@given(ROLES, STATES, BY)
def test_there_is_nothing_to_see_that_has_no_name(role: Role, state: State, way: str) -> None:
    assert visible(role, state, way) <= ALWAYS | set(parts(way))


@given(ROLES, BY, st.sampled_from(sorted(ROUND.table.items())))
def test_a_step_takes_back_only_what_falling_away_takes_back(
    role: Role, way: str, step: tuple[tuple[State, str], State]
) -> None:
    (before, event), after = step
    lost = visible(role, before, way) - visible(role, after, way)
    assert not lost or str(event) in {"moved", "exhausted"}


def test_the_groups_of_states_lie_in_one_another() -> None:
    assert AFTER_REVEAL < AFTER_DECISION < AFTER_FREEZE
    assert FINAL < AFTER_FREEZE
    assert State.FAILED not in AFTER_DECISION


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", ROUND.states)
@pytest.mark.parametrize("pool", ["applicants", "qualified"])
def test_every_state_says_who_sees_what(locale: str, state: State, pool: str) -> None:
    own = pool == "qualified" and state in {State.PUBLISHED, State.ACCEPTING, State.FROZEN}
    key = f"selection.who_sees.{'qualified.' if own else ''}{state}"
    assert sentence(state, pool) == key != say(locale, key)
