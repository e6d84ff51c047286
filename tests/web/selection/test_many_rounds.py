"""However many rounds are running, a page asks the database as often as for one."""

import httpx2
import pytest

from market.kernel.actors import Role
from market.selection.jobs import advance_due
from market.selection.models import Round
from market.selection.pages import agency_page
from market.selection.states import State
from tests.factories.asked import statements
from tests.factories.copies import copies
from tests.factories.people import enter
from tests.factories.town import Town

COUNTS = (1, 3, 30)
PAGES = {
    "/my/applications": Role.AGENCY,
    "/api/my/rounds": Role.AGENCY,
    "/my/projects?tab=running": Role.OWNER,
    "/projects": Role.REGULATOR,
    "/oversight?open=511702": Role.REGULATOR,
    "/oversight?by=month&open=2026-11": Role.REGULATOR,
    "/oversight?by=project": Role.REGULATOR,
}
PEOPLE = {Role.OWNER: "owner", Role.REGULATOR: "regulator"}


async def questions(town: Town, client: httpx2.AsyncClient, page: str) -> dict[int, int]:
    """How many statements the page takes with so many rounds."""
    found = await town.publish(way="price")
    role = PAGES[page]
    await enter(town.city, client, PEOPLE.get(role, town.applicants[0].actor.code), role)
    asked = {}
    for count in COUNTS:
        await copies(found.progress.round, count)
        if role is Role.REGULATOR:
            for last, state in (("1", State.PUBLISHED), ("2", State.FROZEN)):
                await Round.filter(project__endswith=last, attempt=1).update(state=state)
        with statements() as said:
            answer = await client.get(page)
        assert answer.status_code == 200
        assert answer.text.count("DZ-2099-") >= min(count, 10) - 1
        asked[count] = len(said)
    return asked


@pytest.mark.parametrize("page", PAGES)
async def test_as_many_questions_as_for_one(
    town: Town, client: httpx2.AsyncClient, page: str
) -> None:
    asked = await questions(town, client, page)
    assert len({*asked.values()}) == 1, asked
    assert 0 < asked[1] <= 32


async def test_a_client_comes_to_every_round_page_by_page(
    town: Town, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agency_page, "LISTED", 4)
    found = await town.publish(way="price")
    await copies(found.progress.round, 10)
    await enter(town.city, client, town.applicants[0].actor.code, Role.AGENCY)
    told, following = [], "/api/my/rounds"
    while following:
        page = (await client.get(following)).json()
        assert 0 < len(page["rounds"]) <= 4
        told += [row["about"] for row in page["rounds"]]
        following = page["next"]
    assert told == sorted(str(row.about) for row in await Round.all())
    assert len(told) == 10
    assert (await client.get("/api/my/rounds?page=x")).status_code == 400


async def test_a_beat_of_the_clock_looks_at_no_round_that_only_waits(town: Town) -> None:
    found = await town.publish(way="price")
    await copies(found.progress.round, max(COUNTS))
    with statements() as said:
        await advance_due(town.call())
    assert len(said) == 1
