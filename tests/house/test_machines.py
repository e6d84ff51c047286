"""State machines: every state reached, every transition with a ledger tag, all in the README."""

from pathlib import Path
from typing import Any

from market import rooms
from market.cli.diagrams import MACHINES
from market.selection.states import FINAL, ROUND, Event

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
TRANSITIONS: list[Any] = rooms.gathered("events", "TRANSITIONS")


def test_every_state_is_reached() -> None:
    assert len(MACHINES) >= 3
    for machine in MACHINES:
        kind = type(machine.start)
        assert set(machine.states) == set(kind), machine.name


def untold(transitions: list[Any]) -> set[tuple[str, str]]:
    """Events of a machine for which no room has a tag."""
    there = {(machine.name, event) for machine, _ in transitions for _, event in machine.table}
    return there - {(machine.name, event) for machine, tags in transitions for event in tags}


def test_every_transition_has_a_ledger_tag() -> None:
    assert untold(TRANSITIONS) == set()


def test_a_transition_without_a_tag_is_found() -> None:
    less = [(m, {e: t for e, t in tags.items() if e is not Event.MOVED}) for m, tags in TRANSITIONS]
    assert untold(less) == {("round", Event.MOVED)}


def test_nothing_follows_a_final_state() -> None:
    assert {state for state, _ in ROUND.table} & FINAL == set()


def test_the_readme_shows_the_machines_as_they_are() -> None:
    for machine in MACHINES:
        assert machine.diagram() in README, machine.name
