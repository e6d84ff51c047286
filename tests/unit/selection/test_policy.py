"""Who may do what with a round: for each predicate the one who may, and everybody who may not."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actors import NOBODY, THE_CLOCK, Actor, Role
from market.kernel.errors import Kind, MarketError, Refusal, must
from market.selection import policy
from market.selection.machine import ROUND
from market.selection.states import FINAL, Event, State
from market.web.i18n import LOCALES, say

OWNER = Actor(Role.OWNER, "p1", organisation="own-1", session="s")
AGENCY = Actor(Role.AGENCY, "p2", organisation="age-1", session="s")
REGULATOR = Actor(Role.REGULATOR, "p3", regions=("511702",), session="s")
ACTORS = [
    Actor(role, "p9", organisation=organisation, regions=regions)
    for role in Role
    for organisation in (None, "own-1", "age-1", "other")
    for regions in ((), ("511702",), ("511700",), ("511800",))
]
JUDGED = Refusal("selection.judged_already", Kind.CONFLICT)
STATES = st.sampled_from(State)


def test_only_an_agency_asks_for_admission_and_only_while_it_is_open() -> None:
    for actor, state, pool in product(ACTORS, State, ("applicants", "qualified")):
        may = (
            actor.role is Role.AGENCY
            and actor.organisation is not None
            and pool == "applicants"
            and state is State.ACCEPTING
        )
        assert (policy.why_not_ask_admission(actor, state, pool) is None) is may


@pytest.mark.parametrize(
    ("actor", "state", "pool", "reason"),
    [
        (AGENCY, State.ACCEPTING, "applicants", None),
        (OWNER, State.ACCEPTING, "applicants", "selection.agencies_only"),
        (
            replace(AGENCY, organisation=None),
            State.ACCEPTING,
            "applicants",
            "selection.agencies_only",
        ),
        (AGENCY, State.ACCEPTING, "qualified", "selection.no_applications_needed"),
        (AGENCY, State.PUBLISHED, "applicants", "selection.not_yet_accepting"),
        (AGENCY, State.FROZEN, "applicants", "selection.closed"),
        (AGENCY, State.FAILED, "applicants", "selection.closed"),
    ],
)
def test_the_reason_says_what_is_in_the_way(
    actor: Actor, state: State, pool: str, reason: str | None
) -> None:
    kind = Kind.FORBIDDEN if reason == "selection.agencies_only" else Kind.CONFLICT
    expected = None if reason is None else Refusal(reason, kind)
    assert policy.why_not_ask_admission(actor, state, pool) == expected


def test_only_the_flagged_winner_explains_and_only_while_it_is_public() -> None:
    for actor, winner, state, flagged, accepted in product(
        ACTORS, (None, "age-1", "other"), State, (False, True), (None, False, True)
    ):
        is_winner = actor.role is Role.AGENCY and winner is not None
        expected = None if accepted is None else JUDGED
        if not flagged or state is not State.REVEALED:
            expected = Refusal("selection.nothing_to_explain", Kind.CONFLICT)
        if not is_winner or actor.organisation != winner:
            expected = Refusal("selection.not_the_winner", Kind.FORBIDDEN)
        refusal = policy.why_not_explain(actor, winner, state, accepted, flagged=flagged)
        assert refusal == expected


def test_only_the_owner_judges_what_was_explained_or_is_overdue() -> None:
    for actor, state, words, overdue, accepted in product(
        ACTORS, State, (None, "", "成本低"), (False, True), (None, False, True)
    ):
        expected = None if accepted is None else JUDGED
        if state is not State.REVEALED or not (words or overdue):
            expected = Refusal("selection.nothing_to_judge", Kind.CONFLICT)
        if actor.role is not Role.OWNER or actor.organisation != "own-1":
            expected = Refusal("selection.not_the_owner", Kind.FORBIDDEN)
        refusal = policy.why_not_judge_explanation(
            actor, "own-1", state, words, accepted, overdue=overdue
        )
        assert refusal == expected
        drafting = policy.why_not_judge_explanation(
            replace(actor, drafts_only=True), "own-1", state, words, accepted, overdue=overdue
        )
        if refusal is None:
            assert drafting == Refusal("project.only_drafts", Kind.FORBIDDEN)


def test_an_explanation_is_for_owner_winner_and_the_region_s_regulator() -> None:
    for actor, winner in product(ACTORS, (None, "age-1")):
        told = actor.organisation in {"own-1", winner} - {None}
        if actor.role is Role.REGULATOR:
            told = actor.regions in {("511702",), ("511700",)}
        assert policy.is_explained_to(actor, "own-1", winner, "511702") is told


def test_only_the_region_s_regulator_orders_an_opening() -> None:
    for actor in ACTORS:
        may = actor.role is Role.REGULATOR and actor.regions in {("511702",), ("511700",)}
        expected = None if may else Refusal("selection.not_the_regulator", Kind.FORBIDDEN)
        assert policy.why_not_order_opening(actor, "511702") == expected


def test_only_the_region_s_regulator_audits_and_only_what_is_over() -> None:
    for actor, state, pool in product(ACTORS, State, ("applicants", "qualified")):
        is_regulator = actor.role is Role.REGULATOR and actor.regions in {("511702",), ("511700",)}
        expected = Refusal("selection.audit.too_early", Kind.CONFLICT)
        if pool == "qualified":
            expected = Refusal("selection.audit.no_applicants", Kind.CONFLICT)
        elif state is State.CONCLUDED:
            expected = None
        if not is_regulator:
            expected = Refusal("selection.audit.not_the_regulator", Kind.FORBIDDEN)
        assert policy.why_not_audit(actor, "511702", state, pool) == expected


@pytest.mark.parametrize("actor", [NOBODY, THE_CLOCK])
@pytest.mark.parametrize("state", list(State))
def test_nobody_and_the_clock_may_nothing(actor: Actor, state: State) -> None:
    assert not policy.is_explained_to(actor, "own-1", None, "511702")
    assert policy.why_not_ask_admission(actor, state, "applicants")
    assert policy.why_not_explain(actor, None, state, None, flagged=True)
    assert policy.why_not_judge_explanation(actor, "own-1", state, "x", None, overdue=True)
    assert policy.why_not_order_opening(actor, "511702")
    assert policy.why_not_audit(actor, "511702", state, "applicants")


def test_an_action_raises_what_the_policy_answers() -> None:
    must(None)
    with pytest.raises(MarketError) as raised:
        must(Refusal("selection.closed", Kind.CONFLICT, {"hours": 3}))
    assert (raised.value.key, raised.value.kind) == ("selection.closed", Kind.CONFLICT)
    assert raised.value.facts == {"hours": 3}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "key",
    [
        "selection.not_the_owner",
        "selection.agencies_only",
        "selection.no_applications_needed",
        "selection.not_yet_accepting",
        "selection.closed",
        "selection.not_the_winner",
        "selection.nothing_to_explain",
        "selection.nothing_to_judge",
        "selection.judged_already",
        "project.no_transition",
        "selection.not_the_regulator",
    ],
)
def test_each_reason_has_a_sentence(locale: str, key: str) -> None:
    assert say(locale, key) != key


@given(STATES, st.sampled_from(Event))
def test_the_table_of_states_is_closed(state: State, event: Event) -> None:
    if ROUND.allows(state, event):
        assert ROUND.after(state, event) in State
        assert state not in FINAL
    else:
        with pytest.raises(MarketError, match=r"round\.no_transition"):
            ROUND.after(state, event)


@given(st.lists(st.sampled_from(Event), max_size=30))
def test_no_way_leads_to_a_name_past_the_freeze_and_the_decision(events: list[Event]) -> None:
    state, been = ROUND.start, [ROUND.start]
    for event in events:
        if ROUND.allows(state, event):
            state = ROUND.after(state, event)
            been.append(state)
    if State.REVEALED in been:
        at = been.index(State.REVEALED)
        assert State.DECIDED in been[:at]
        assert State.FROZEN in been[: been.index(State.DECIDED)]
        assert State.ACCEPTING in been[: been.index(State.FROZEN)]
