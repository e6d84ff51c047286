"""State machines: every state reached, every transition with a ledger tag, all in the README."""

from pathlib import Path

from market.cli.diagrams import MACHINES
from market.projects import events as project_events
from market.selection.events import TAG_OF
from market.selection.states import FINAL, ROUND

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_every_state_is_reached() -> None:
    for machine in MACHINES:
        kind = type(machine.start)
        assert set(machine.states) == set(kind), machine.name


def test_every_transition_has_a_ledger_tag() -> None:
    assert {event for _, event in ROUND.table} <= set(TAG_OF)
    assert project_events.TAGS


def test_nothing_follows_a_final_state() -> None:
    assert {state for state, _ in ROUND.table} & FINAL == set()


def test_the_readme_shows_the_machines_as_they_are() -> None:
    for machine in MACHINES:
        assert machine.diagram() in README, machine.name
