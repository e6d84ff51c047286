"""The life of a project: each state is reached, each step has its tag, stages follow the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actors import Actor, Role
from market.kernel.errors import Kind, MarketError, Refusal
from market.projects import policy
from market.projects.states import MACHINE, Event, Stage, State, stage
from tests.factories.needs import NOW

OWNER = Actor(Role.OWNER, "p1", organisation="org-a", session="s")


def conflict(key: str) -> Refusal:
    return Refusal(key, Kind.CONFLICT)


def test_every_state_and_every_event_is_used() -> None:
    assert set(MACHINE.states) == set(State)
    assert set(Event) == {event for _, event in MACHINE.table}


@given(st.sampled_from(State), st.sampled_from(Event))
def test_a_step_that_is_not_in_the_table_is_refused_by_name(state: State, event: Event) -> None:
    if MACHINE.allows(state, event):
        assert MACHINE.after(state, event) in State
    else:
        with pytest.raises(MarketError) as refused:
            MACHINE.after(state, event)
        assert refused.value.facts == {"state": str(state), "event": str(event)}


def test_sign_up_is_over_at_the_deadline_itself() -> None:
    tick = timedelta(milliseconds=1)
    assert stage(State.PUBLISHED, NOW, NOW - tick) is Stage.ACCEPTING
    assert stage(State.PUBLISHED, NOW, NOW) is Stage.DECIDING
    assert stage(State.READY, NOW, NOW) is Stage.AGAIN


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    "actor",
    [
        Actor(Role.OWNER, "p2", organisation="org-b", session="s"),
        Actor(Role.AGENCY, "p3", organisation="org-a", session="s"),
        Actor(Role.REGULATOR, "p4", organisation="org-a", session="s"),
        Actor(Role.OWNER, "p5", organisation=None, session="s"),
        Actor(Role.ANYONE, "anonymous"),
    ],
)
def test_nobody_but_the_owner_may_touch_or_see_what_is_not_public(
    state: State, actor: Actor
) -> None:
    hidden = Refusal("not_found.project", Kind.NOT_FOUND)
    assert policy.why_not_edit(actor, "org-a", state) == hidden
    assert policy.why_not_discard(actor, "org-a", state, was_published=False) == hidden
    assert policy.why_not_restore(actor, "org-a", state) == hidden
    assert policy.why_not_go_on(actor, "org-a", state) == hidden
    assert not policy.is_visible(actor, "org-a", was_published=False)
    assert policy.is_visible(actor, "org-a", was_published=True)


def test_the_owner_edits_until_publication_and_withdraws_what_was_public() -> None:
    editable = {s for s in State if policy.why_not_edit(OWNER, "org-a", s) is None}
    assert editable == {State.DRAFT, State.READY}
    assert policy.why_not_edit(OWNER, "org-a", State.FAILED) == conflict("project.closed")
    assert policy.why_not_discard(OWNER, "org-a", State.READY, was_published=False) is None
    kept = policy.why_not_discard(OWNER, "org-a", State.READY, was_published=True)
    assert kept == conflict("project.not_discardable")
    assert policy.why_not_restore(OWNER, "org-a", State.DISCARDED) is None
    assert policy.why_not_restore(OWNER, "org-a", State.READY) == conflict("project.not_discarded")
    assert policy.why_not_go_on(OWNER, "org-a", State.READY) == conflict("project.not_failed")
    assert policy.why_not_go_on(OWNER, "org-a", State.FAILED) is None
    drafting = policy.why_not_go_on(replace(OWNER, drafts_only=True), "org-a", State.FAILED)
    assert drafting == Refusal("project.only_drafts", Kind.FORBIDDEN)
    assert policy.is_visible(OWNER, "org-a", was_published=False)


@pytest.mark.parametrize("role", Role)
def test_owners_who_act_for_somebody_open_drafts(role: Role) -> None:
    refused = Refusal("project.owners_only", Kind.FORBIDDEN)
    may = policy.why_not_start(Actor(role, "p1", organisation="org-a", session="s"))
    assert may == (None if role is Role.OWNER else refused)
    assert policy.why_not_start(Actor(role, "p1", session="s")) == refused


@pytest.mark.parametrize("role", Role)
def test_the_region_s_regulator_agrees_to_another_attempt_but_not_to_its_own(role: Role) -> None:
    refused = Refusal("project.not_the_regulator", Kind.FORBIDDEN)

    def why_not(region: str, organisation: str) -> Refusal | None:
        actor = Actor(role, "p4", organisation=organisation, regions=(region,), session="s")
        return policy.why_not_countersign(actor, "org-a", "511702")

    fine = None if role is Role.REGULATOR else refused
    assert [why_not("511702", "reg-1"), why_not("511700", "reg-1")] == [fine, fine]
    assert [why_not("511703", "reg-1"), why_not("511702", "org-a")] == [refused, refused]
