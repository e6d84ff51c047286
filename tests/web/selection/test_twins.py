"""S2: two towns that differ in a hidden thing alone look the same to everybody, byte for byte."""

import logging
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from market.infra import live
from market.selection import api
from market.selection.intake import upload
from market.selection.models import Round, Submission
from market.selection.states import State
from tests.factories.milestones import Towns
from tests.factories.town import Applicant
from tests.factories.twins import Application, Heard, Twin, differing, guesses, twin

Open = Callable[[str], Any]


def plan(*applications: tuple[int, int, int]) -> list[Application]:
    """(applicant, round, yuan): six may apply, there are two rounds."""
    return [Application(applicant, number, yuan * 100) for applicant, number, yuan in applications]


# {state: two plans that differ in what is hidden then, and in nothing else}
HIDDEN = {
    # how many apply, who, for how much
    State.ACCEPTING: (
        plan((0, 0, 90_000), (1, 1, 80_000), (2, 1, 70_000), (3, 1, 60_000)),
        plan((4, 0, 85_000), (1, 0, 95_000), (2, 0, 7_777), (5, 1, 119_999)),
    ),
    # who, for how much
    State.FROZEN: (
        plan(*((one, one % 2, 80_000 + one * 1_000) for one in range(6))),
        plan(*((5 - one, one % 2, 119_000 - one * 999) for one in range(6))),
    ),
    # who was not chosen
    State.CONCLUDED: (
        plan(*((one, one % 2, 80_000 + one * 1_000) for one in range(6))),
        plan(*((who, one % 2, 80_000 + one * 1_000) for one, who in enumerate((0, 1, 3, 2, 5, 4)))),
    ),
}
LATER = [pytest.param(state, marks=pytest.mark.on_sqlite) for state in [*HIDDEN][1:]]


@pytest.fixture
async def waking(towns: Towns, tmp_path: Path, offices: Path, postgres: Path | None) -> Open:
    """Wakes a town with two rounds that take applications, under a name of its own."""
    resting = await towns.at("two_accepting")
    return lambda name: twin(resting, tmp_path / name, offices, postgres)


async def live_to(state: State, one: Twin) -> None:
    """The hour of this state; until the end somebody is away."""
    town = one.town
    if state is not State.ACCEPTING:
        town.down = {"notary"}
        await town.to_reveal(one.rounds[0])
    if state is State.CONCLUDED:
        town.down = set()
        await town.turns()
        await town.later(days=3)
    assert {str(each) for each in await Round.all().values_list("state", flat=True)} == {state}


def guessable(heard: Heard, rounds: list[str], people: list[Applicant]) -> dict[str, str]:
    """Random-looking values that are a plain hash of a name, a code, a number or a price."""
    words = [word for one in people for word in (one.code, one.name, one.credit_code)]
    numbers = [str(number) for number in (*range(10), *range(8_000_000, 8_600_000, 100_000))]
    known = guesses({about: [*words, *numbers] for about in rounds})
    return {token.decode(): known[token[:16]] for token in heard.tokens if token[:16] in known}


@pytest.mark.parametrize("state", [State.ACCEPTING, *LATER])
async def test_what_is_hidden_is_nowhere(state: State, waking: Open) -> None:
    towns = []
    for name, applications in zip(("one", "other"), HIDDEN[state], strict=True):
        async with waking(name) as one:
            await one.apply(applications)
            await live_to(state, one)
            towns.append(await one.look())
            assert guessable(one.heard, one.rounds, one.town.applicants) == {}
    assert len(towns[0].answers) > 150
    assert len(towns[0].tokens) > 100
    assert differing(*towns) == set()


def planted(patch: pytest.MonkeyPatch) -> None:
    """An application is told live and in the log; the terms count, under a tag of who was last."""
    keep, terms = upload.keep, api.terms

    async def keep_loudly(about: str, *given: Any) -> None:
        logging.getLogger("mingxuan").info("taken for %s", about)
        await live.publish(about, {"state": "accepting"})
        await keep(about, *given)

    async def telling_terms(about: str, *given: Any) -> dict[str, Any]:
        count = await Submission.filter(round_id=about).count()
        tag = sha256(f"{about}{count}".encode()).hexdigest()
        return {**await terms(about, *given), "count": count, "tag": tag}

    patch.setattr(upload, "keep", keep_loudly)
    patch.setattr(api, "terms", telling_terms)


async def test_a_count_an_event_a_line_and_a_hash_of_a_number_are_noticed(
    waking: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(monkeypatch)
    towns = []
    for name, number in (("one", 0), ("other", 1)):
        async with waking(name) as one:
            await one.apply(plan((0, number, 90_000)))
            towns.append(await one.look("selection.terms"))
            guess = partial(guessable, one.heard, one.rounds, one.town.applicants)
            assert set(guess().values()) == {f"{one.rounds[0]}{1 - number}"}
    terms = f"/api/rounds/{one.rounds[0].removeprefix('round:')}/terms"
    assert differing(*towns) == {"live events", "log", f"anyone {terms}", f"owner {terms}"}
