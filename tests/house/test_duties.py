"""Whatever waits for somebody is a duty on a desk; whatever waits at all is seen to wait."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from market import rooms
from market.cli.diagrams import MACHINES, turns
from market.kernel.machine import Machine
from market.projects.states import MACHINE as PROJECT
from market.projects.states import Event
from market.selection.machine import ROUND, STAGES
from market.selection.stages import Givers, Stage
from market.web.i18n import LOCALES, catalogue
from market.web.panels import DutyKind, WaitKind
from tests.factories.pausing import BEGIN, END

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
DUTIES: list[DutyKind] = rooms.gathered("panels", "DUTIES")
WAITS: list[WaitKind] = rooms.gathered("panels", "WAITS")
OTHERS = [machine for machine in MACHINES if machine is not ROUND]  # a round's stages say it
NOBODYS = {
    "project:published": "the stages of its round say who acts",
    "project:decided": "the stages of its round say who acts",
    "project:discarded": "thrown away: it may be taken back, and nobody has to",
    "person:active": "works",
    "person:suspended": "stays out until an administrator thinks otherwise",
}

ALONE = {"project:draft", "project:failed"}  # the owner's own, and nobody waits for it


class Parked(StrEnum):
    """A state that somebody forgot."""

    PARKED = "parked"


def going_on(machines: Iterable[Machine[Any, Any]]) -> set[str]:
    """The states that something leads out of."""
    return {machine.at(state) for machine in machines for state, _ in machine.table}


def without_duty(machines: Iterable[Machine[Any, Any]], stages: Iterable[Stage]) -> set[str]:
    """What waits for somebody, and nobody is told."""
    waiting = going_on(machines) - NOBODYS.keys()
    waiting |= {stage.at for stage in stages if stage.givers is Givers.PARTIES}
    return waiting - {at for kind in DUTIES for at in kind.at}


def unseen(stages: Iterable[Stage]) -> set[str]:
    """What waits, for an hour, for trustees or for somebody, and nobody else sees it wait."""
    waiting = {stage.at for stage in stages} | {at for kind in DUTIES for at in kind.at}
    return waiting - {at for kind in WAITS for at in kind.at} - ALONE


def aimless(stages: Iterable[Stage]) -> set[str]:
    """Stages that wait neither for an hour nor for anybody."""
    return {stage.at for stage in stages if stage.hour is None and stage.givers is None}


def test_whatever_waits_for_somebody_is_a_duty() -> None:
    assert len(going_on(OTHERS)) >= 8
    assert without_duty(OTHERS, STAGES) == set()
    assert going_on(OTHERS) >= NOBODYS.keys()


def test_a_planted_state_and_a_planted_stage_without_a_duty_are_found() -> None:
    table = {**PROJECT.table, (Parked.PARKED, Event.RETRIED): Parked.PARKED}
    planted: Machine[Any, Any] = Machine("project", PROJECT.start, table)
    assert without_duty([planted], STAGES) == {"project:parked"}
    assert without_duty(OTHERS, [*STAGES, BEGIN]) == {"round:frozen/pause"}


def test_whatever_waits_is_seen_under_waiting_for_others() -> None:
    assert unseen(STAGES) == aimless(STAGES) == set()
    assert unseen([*STAGES, END]) == {"round:paused/go_on"}
    assert aimless([Stage("idle", BEGIN.state, {})]) == {"round:frozen/idle"}


def test_the_readme_shows_whose_turn_it_is() -> None:
    assert turns() in README
    assert all(f"`{stage.at}`" in turns() for stage in STAGES)


def test_duties_and_waits_are_of_things_that_there_are_and_worded() -> None:
    there = going_on(OTHERS) | {stage.at for stage in STAGES}
    assert {at for kind in [*DUTIES, *WAITS] for at in kind.at} <= there
    verbs = [kind.verb for kind in DUTIES]
    assert len(set(verbs)) == len(verbs) >= 6
    for locale in LOCALES:
        said = catalogue(locale)
        assert [verb for verb in verbs if said.gettext(verb) == verb] == []
