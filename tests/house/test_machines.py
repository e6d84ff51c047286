"""State machines: every state reached, every transition with a ledger tag, all in the README."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from market import rooms
from market.cli.diagrams import MACHINES
from market.kernel.machine import Machine
from market.selection import models
from market.selection.machine import ROUND, STAGES, STATES
from market.selection.stages import Stage
from market.selection.states import FINAL, Event, RoundState, State
from market.selection.step_registry import STEPS
from market.web.i18n import LOCALES, catalogue
from tests.factories.pausing import BEGIN, END, Pausing

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
# Words that every state has, and those that a state of one way has beside.
OF_ANY = ("oversight.state", "selection.who_sees")
OF_A_WAY = ("selection.stage", "selection.wait")
TRANSITIONS: list[Any] = rooms.gathered("events", "TRANSITIONS")


def unreached(machine: Machine[Any, Any]) -> set[Any]:
    """States to which nothing leads."""
    return set(type(machine.start)) - set(machine.states)


def test_every_state_is_reached() -> None:
    assert len(MACHINES) >= 3
    assert {machine.name: unreached(machine) for machine in MACHINES if unreached(machine)} == {}
    table = {key: to for key, to in ROUND.table.items() if to is not State.FAILED}
    assert unreached(Machine("round", ROUND.start, table)) == {State.FAILED}


def untold(transitions: list[Any]) -> set[tuple[str, str]]:
    """Events of a machine for which no room has a tag."""
    there = {(machine.name, event) for machine, _ in transitions for _, event in machine.table}
    return there - {(machine.name, event) for machine, tags in transitions for event in tags}


def test_every_transition_has_a_ledger_tag() -> None:
    assert untold(TRANSITIONS) == set()


def test_a_transition_without_a_tag_is_found() -> None:
    less = [(m, {e: t for e, t in tags.items() if e is not Event.MOVED}) for m, tags in TRANSITIONS]
    assert untold(less) == {("round", Event.MOVED)}


def going_on(machine: Machine[Any, Any]) -> set[Any]:
    """Final states of a round that something follows."""
    return {state for state, _ in machine.table} & FINAL


def test_nothing_follows_a_final_state() -> None:
    assert len(FINAL) >= 2
    assert going_on(ROUND) == set()
    table = {**ROUND.table, (State.FAILED, Event.CONCLUDED): State.CONCLUDED}
    assert going_on(Machine("round", ROUND.start, table)) == {State.FAILED}


def unshown(readme: str) -> list[str]:
    """Machines that it does not show as they are."""
    return [machine.name for machine in MACHINES if f"{machine.diagram()}\n```" not in readme]


def test_the_readme_shows_the_machines_as_they_are() -> None:
    assert unshown(README) == []
    assert unshown(README.replace("[*] --> published", "[*] --> accepting")) == ["round"]


def idle(stages: Iterable[Stage]) -> set[str]:
    """Stages after which nobody takes a step."""
    return {stage.name for stage in stages} - STEPS.keys()


def test_every_stage_has_its_step_and_every_row_is_asked_for() -> None:
    assert idle(STAGES) == set()
    assert STEPS.keys() == {stage.name for stage in STAGES}
    assert idle([BEGIN, END]) == {"pause", "go_on"}
    assert set(models.StepRow.__subclasses__()) == set(models.STEPS)


def wordless(states: Iterable[RoundState]) -> set[str]:
    """What a page would say of these states and no catalogue words."""
    keys = {f"{what}.{state}" for state in states for what in OF_ANY}
    keys |= {f"{what}.{state}" for state in {*states} - {*State} for what in OF_A_WAY}
    said = [catalogue(locale) for locale in LOCALES]
    return {key for key in keys if any(one.gettext(key) == key for one in said)}


def test_every_state_is_worded() -> None:
    assert wordless(STATES.values()) == set()
    planted = {f"{what}.paused" for what in (*OF_ANY, *OF_A_WAY)}
    assert wordless([*State, Pausing.PAUSED]) == planted
