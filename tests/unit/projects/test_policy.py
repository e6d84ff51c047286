"""Who of an owner's people lets a need go out: for every role, state and price."""

from itertools import product

import pytest

from market.kernel.actors import NOBODY, THE_CLOCK, Actor, Role
from market.kernel.errors import Kind, Refusal
from market.projects import policy
from market.projects.rules import SecondPersonRules, needs_second_person
from market.projects.states import State
from market.web.i18n import LOCALES, say

ACTORS = [
    *(Actor(role, "p1", organisation=body) for role in Role for body in (None, "own-1", "own-2")),
    NOBODY,
    THE_CLOCK,
]


def test_only_the_owner_publishes_what_is_checked_and_not_whom_it_takes_a_second_for() -> None:
    for actor, state, barred in product(ACTORS, State, (None, "p1", "p2")):
        expected = Refusal("project.second_person", Kind.FORBIDDEN) if barred == "p1" else None
        if state is not State.READY:
            expected = Refusal("project.no_transition", Kind.CONFLICT)
        if actor.role is not Role.OWNER or actor.organisation != "own-1":
            expected = Refusal("project.not_the_owner", Kind.FORBIDDEN)
        assert policy.why_not_publish(actor, "own-1", state, barred) == expected


def test_whoever_only_drafts_publishes_nothing_and_sends_back_what_others_drafted() -> None:
    drafting = Actor(Role.OWNER, "p1", organisation="own-1", drafts_only=True)
    for barred in (None, "p1", "p2"):
        refused = policy.why_not_publish(drafting, "own-1", State.READY, barred)
        assert refused == Refusal("project.drafts_only", Kind.FORBIDDEN)
    assert policy.why_not_edit(drafting, "own-1", State.READY) is None
    assert policy.why_not_send_back(drafting, "own-1", State.READY, "p2") is None


def test_only_another_person_of_the_owner_sends_back_what_is_checked() -> None:
    for actor, state, drafter in product(ACTORS, State, ("p1", "p2")):
        expected = Refusal("project.own_draft", Kind.CONFLICT) if drafter == "p1" else None
        if state is not State.READY:
            expected = Refusal("project.no_transition", Kind.CONFLICT)
        if actor.role is not Role.OWNER or actor.organisation != "own-1":
            expected = Refusal("not_found.project", Kind.NOT_FOUND)
        assert policy.why_not_send_back(actor, "own-1", state, drafter) == expected


@pytest.mark.parametrize(
    ("least", "price", "needs"),
    [
        (None, None, False),
        (None, 10**12, False),
        (0, 1, True),
        (50_000_000, None, True),
        (50_000_000, 49_999_999, False),
        (50_000_000, 50_000_000, True),
    ],
)
def test_a_second_person_is_needed_from_the_published_sum_on(
    least: int | None, price: int | None, needs: bool
) -> None:
    assert needs_second_person(SecondPersonRules(least), price) is needs


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "key", ["not_the_owner", "second_person", "own_draft", "drafts_only", "no_transition"]
)
def test_each_reason_has_a_sentence(locale: str, key: str) -> None:
    assert say(locale, f"project.{key}") != f"project.{key}"
