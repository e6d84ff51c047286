"""However many rounds are running, a page asks the database as often as for one."""

from typing import cast

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from market.kernel.actors import Role
from market.selection.jobs import advance_due
from market.selection.models import Release, Round
from market.selection.pages import agency_page, project_page
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
    "/desk": Role.OWNER,
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


async def test_a_beat_reads_no_document_while_shares_are_missing(town: Town) -> None:
    found = await town.publish(way="price")
    await town.apply(found.about, 9_000_000, 8_000_000)
    town.down = {"notary"}
    assert (await town.to_reveal(found.about)).state is State.FROZEN
    await _reads_nothing(town)
    town.down = set()
    await town.turns()
    assert (await town.round(found.about)).state is State.REVEALED
    await Release.filter(kind="identity").delete()
    await Round.filter(about=found.about).update(state=State.DECIDED)
    await _reads_nothing(town)


async def _reads_nothing(town: Town) -> None:
    with statements() as said:
        await advance_due(town.call())
    assert 0 < len(said) < 10
    assert not [one for one in said if "selection_paper" in one]


async def test_who_watches_a_round_asks_for_its_state_alone(town: Town) -> None:
    found = await town.publish(way="price")
    request = Request({"type": "http", "path_params": {"code": found.project, "attempt": 1}})
    with statements() as said:
        answer = await project_page.events(request, town.call())
        stream = cast("StreamingResponse", answer).body_iterator
        assert '{"state": "accepting"}' in str(await anext(aiter(stream)))
    assert len(said) == 2


async def test_a_beat_of_the_clock_looks_at_no_round_that_only_waits(town: Town) -> None:
    found = await town.publish(way="price")
    await copies(found.progress.round, max(COUNTS))
    with statements() as said:
        await advance_due(town.call())
    assert len(said) == 1
