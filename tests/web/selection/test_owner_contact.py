"""Whom the winner calls: whole for its eyes and, where the need says so, in the public notice."""

from dataclasses import replace

import httpx2

from market.documents.models import SignedPaper
from market.kernel.actors import Actor
from market.projects.models import Project
from market.selection.models import Result
from signing.core.canonical import loads
from tests.factories.owners import REGULATOR, Browser
from tests.factories.town import OWNER, Town

NAME, PHONE, MASKED = "欧阳晓明", "13987654321", "139****4321"


async def test_the_winner_alone_has_the_number_on_the_page_and_all_have_it_in_the_notice(
    town: Town, client: httpx2.AsyncClient
) -> None:
    round_ = await town.publish(way="price", contact_name=NAME, contact_phone=PHONE)
    page = f"/projects/{round_.project}"
    agencies = await town.apply(round_.about, 9_000_000, 8_000_000)
    people = [REGULATOR, OWNER, *(one.actor for one in agencies)]

    async def find_actor(token: str, _now: object) -> Actor | None:
        return next((one for one in people if one.code == token), None)

    state = town.city.app.state
    state.door = replace(state.door, find_actor=find_actor)

    async def told() -> set[str]:
        """Who reads the whole number on the project's page."""
        shown = {None: (await client.get(page)).text}
        shown |= {one.organisation: (await Browser(client, one).get(page)).text for one in people}
        assert all(MASKED in text for text in shown.values())
        assert all((NAME in text) == (PHONE in text) for text in shown.values())
        return {str(who) for who, text in shown.items() if PHONE in text}

    assert await told() == set()
    await town.to_reveal(round_.about)
    winner = (await Result.get(round_id=round_.about)).winner
    assert await told() == {winner}
    before = await Project.get(code=round_.project)
    await town.later(days=3)
    assert await told() == {winner}
    paper = await SignedPaper.get(about=round_.about)
    said = loads(bytes(paper.data))
    assert said["owner_contact"] == {"name": NAME, "phone": PHONE}
    assert PHONE in (await client.get(f"/documents/{paper.code}")).text
    assert before.need["contact"] == {"name": "欧***", "phone": MASKED, "notice": "whole"}


async def test_a_need_from_before_the_hint_keeps_its_masked_number_in_the_notice(
    town: Town, client: httpx2.AsyncClient
) -> None:
    round_ = await town.publish(way="price", contact_name=NAME, contact_phone=PHONE)
    await town.apply(round_.about, 9_000_000, 8_000_000)
    need = (await Project.get(code=round_.project)).need
    need["contact"].pop("notice")
    await Project.filter(code=round_.project).update(need=need)
    await town.to_reveal(round_.about)
    await town.later(days=3)
    paper = await SignedPaper.get(about=round_.about)
    assert loads(bytes(paper.data))["owner_contact"] == {"name": "欧***", "phone": MASKED}
    assert PHONE not in (await client.get(f"/documents/{paper.code}")).text
