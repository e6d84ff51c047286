"""A way with stages of its own is lived through: no module of the house knows them by name."""

from datetime import timedelta

import pytest

from market.selection import blind, machine, progress, steps
from market.selection.jobs import advance_due
from market.selection.pages.round_page import round_page
from market.selection.states import State
from market.selection.step_registry import STEPS
from market.selection.waiting import Awaited, awaited
from market.selection.ways.registry import WAYS
from tests.factories import pausing
from tests.factories.pausing import A_DAY, PAUSING, PauseRow, Pausing
from tests.factories.town import OWNER, Town, tags


@pytest.fixture
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one word in each registry that a way with stages takes."""
    monkeypatch.setitem(WAYS, PAUSING.name, PAUSING)
    for step in pausing.STEPS:
        monkeypatch.setitem(STEPS, step.stage.name, step)
    monkeypatch.setattr(progress, "STEPS", (*progress.STEPS, PauseRow))
    stages = machine.stages_of(WAYS.values())
    monkeypatch.setattr(steps, "ROUND", machine.machine_of(stages))
    monkeypatch.setattr(steps, "TAG_OF", machine.tags_of(stages))
    monkeypatch.setitem(machine.STATES, Pausing.PAUSED, Pausing.PAUSED)
    monkeypatch.setattr(PauseRow, "kept", {})


@pytest.mark.usefixtures("_listed")
async def test_a_round_waits_in_a_state_of_its_way_and_goes_on(town: Town) -> None:
    about = (await town.publish(way="random")).about
    await town.apply(about, None, None)
    paused = await town.to_reveal(about)
    assert paused.state is Pausing.PAUSED
    assert (await town.round(about)).decided_at is None, "the shares alone do not end a pause"
    page = await round_page(about, OWNER, town.clock())
    since = page.times[Pausing.PAUSED]
    assert since is not None
    assert page.path.index(Pausing.PAUSED) == page.path.index(State.FROZEN) + 1
    assert "pause" in blind.visible(OWNER.role, paused.state, paused.way)
    waited = (await awaited([paused.progress], town.clock()))[about]
    assert waited == Awaited("paused", until=since + A_DAY)

    town.clock.now = since + A_DAY - timedelta(milliseconds=1)
    await advance_due(town.call())
    assert (await town.round(about)).state is Pausing.PAUSED
    await town.later(days=1)
    assert (await town.round(about)).state is State.REVEALED
    told = await tags(about)
    order = ["frozen", "pause_begun", "pause_over", "decided", "revealed"]
    assert [tag for tag in told if tag in order] == order
