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
    zones = await project_cards(page)
    return [card for some in zones.values() for card in some if card.template == template]


async def test_the_notice_is_on_the_page_of_its_own_round_alone(
    town: Town, client: httpx2.AsyncClient, concluded: Round
) -> None:
    paper = await SignedPaper.get(about=concluded.about)
    page = (await client.get(f"/projects/{concluded.project}")).text
    assert page.count(f'href="/documents/{paper.code}"') == 1
    assert page.index('id="round-state"') < page.index(paper.code) < page.index("项目编号")
    other = await town.publish(way="random")
    assert paper.code not in (await client.get(f"/projects/{other.project}")).text
    assert await cards(shown(town, other), "documents/papers_card.html") == []
    (card,) = await cards(shown(town, concluded), "documents/papers_card.html")
    assert (card.zone, [one.code for one in card.given]) == ("result", [paper.code])


async def test_every_redo_is_on_the_page_the_newest_first(town: Town, asked: Round) -> None:
    redone = await cards(shown(town, asked), "projects/redo_card.html")
    assert [(card.zone, card.given.attempt) for card in redone] == [("main", 3), ("main", 2)]
