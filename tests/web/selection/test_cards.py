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


async def test_the_notice_is_on_the_page_of_its_own_round_alone(
    town: Town, client: httpx2.AsyncClient, concluded: Round
) -> None:
    paper = await SignedPaper.get(about=concluded.about)
    page = (await client.get(f"/projects/{concluded.project}")).text
    assert page.count(f'href="/documents/{paper.code}"') == 1
    assert page.index('id="round-state"') < page.index(paper.code) < page.index("项目编号")
    other = await town.publish(way="random")
    assert paper.code not in (await client.get(f"/projects/{other.project}")).text
    assert await project_cards(shown(town, other)) == {}
    (card,) = (await project_cards(shown(town, concluded)))["result"]
    assert (card.template, [one.code for one in card.given]) == (
        "documents/papers_card.html",
        [paper.code],
    )


async def test_every_redo_is_on_the_page_the_newest_first(town: Town, asked: Round) -> None:
    cards: list[Card] = (await project_cards(shown(town, asked)))["main"]
    assert [(card.template, card.given.attempt) for card in cards] == [
        ("projects/redo_card.html", 3),
        ("projects/redo_card.html", 2),
    ]
