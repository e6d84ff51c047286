"""What rooms add to a project's page: there for what is shown, and nowhere else."""

import httpx2
import pytest

from market.documents.models import SignedPaper
from market.kernel.actors import NOBODY
from market.selection.models import Round
from market.web.panels import Card, Shown, project_cards
from tests.factories.town import Town


@pytest.fixture
async def asked(town: Town) -> Round:
    """The round whose redo waits for a regulator."""
    return await town.round(town.about)


def shown(town: Town, round_: Round) -> Shown:
    abouts = (f"project:{round_.project}", round_.about)
    return Shown(round_.project, round_.attempt, abouts, NOBODY, town.clock())


async def cards(page: Shown, template: str) -> list[Card]:
    """The cards of one kind, whatever other rooms add."""
    tabs = await project_cards(page)
    return [card for some in tabs.values() for card in some if card.template == template]


async def test_the_notice_is_on_the_page_of_its_own_round_alone(
    town: Town, client: httpx2.AsyncClient, concluded: Round
) -> None:
    paper = await SignedPaper.get(about=concluded.about)
    page = (await client.get(f"/projects/{concluded.project}")).text
    assert page.count(f'href="/documents/{paper.code}"') == 1
    places = [page.index(f'id="{one}"') for one in ("tab-selection", "round-state", "codes")]
    assert places == sorted(places)
    assert places[1] < page.index(f"/documents/{paper.code}") < places[2]
    other = await town.publish(way="random")
    assert paper.code not in (await client.get(f"/projects/{other.project}")).text
    assert await cards(shown(town, other), "documents/papers_card.html") == []
    (card,) = await cards(shown(town, concluded), "documents/papers_card.html")
    assert (card.zone, [one.code for one in card.given]) == ("result", [paper.code])


async def test_every_redo_is_on_the_page_the_newest_first(town: Town, asked: Round) -> None:
    (card,) = await cards(shown(town, asked), "projects/redo_card.html")
    assert (card.tab, card.zone) == ("selection", "main")
    assert [redo.attempt for redo in card.given] == [3, 2]
