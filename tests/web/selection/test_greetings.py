"""A greeting opens the work list once: an overheard one gets nothing (PROTOCOL.md §4)."""

from datetime import timedelta
from pathlib import Path

import httpx2

from market.selection.models import TrusteeSeen
from signing.core.canonical import dumps, instant, read_instant
from signing.trustee.memory import Memory
from tests.factories.clock import FakeClock
from tests.factories.town import Town


async def greet(client: httpx2.AsyncClient, body: bytes) -> httpx2.Response:
    return await client.post("/trustee/hello", content=body)


def greeting(town: Town, **by: float) -> bytes:
    """What the first trustee would say then."""
    return dumps(town.trustees[0].greeting(town.clock() + timedelta(**by), demo=False))


async def test_an_overheard_greeting_opens_nothing(town: Town, client: httpx2.AsyncClient) -> None:
    older, said = greeting(town), greeting(town)
    assert (await greet(client, said)).status_code == 200
    for body in (said, older):
        answer = await greet(client, body)
        assert (answer.status_code, answer.json()["key"]) == (409, "selection.hello_seen")
        assert not {"boxes", "contribute", "releases"} & answer.json().keys()
    seen = await TrusteeSeen.get(trustee=town.trustees[0].own.id)
    assert instant(seen.said_at).encode() in said


async def test_nor_after_a_restart_or_at_another_worker(
    town: Town, client: httpx2.AsyncClient
) -> None:
    said = greeting(town)
    assert (await greet(client, said)).status_code == 200
    town.restart()
    other = httpx2.ASGITransport(app=town.city.app)
    async with httpx2.AsyncClient(transport=other, base_url=town.settings.url) as worker:
        assert (await greet(worker, said)).status_code == 409
        assert (await greet(worker, greeting(town))).status_code == 200


async def test_each_trustee_has_its_own_count(town: Town, client: httpx2.AsyncClient) -> None:
    late = dumps(town.trustees[1].greeting(town.clock() + timedelta(days=1), demo=False))
    assert (await greet(client, late)).status_code == 200
    assert (await greet(client, greeting(town))).status_code == 200


async def test_a_trustee_whose_clock_was_put_right_is_heard_again(
    town: Town, client: httpx2.AsyncClient
) -> None:
    assert (await greet(client, greeting(town, days=400))).status_code == 200
    assert (await greet(client, greeting(town))).status_code == 200


def test_no_two_greetings_of_one_memory_have_one_hour(tmp_path: Path) -> None:
    now, given = FakeClock()(), []
    for back in (0, 0, 3600, -1, 0):
        memory = Memory(tmp_path / "memory")
        given += [memory.greeting_at(now - timedelta(seconds=back)) for _ in range(2)]
        memory.close()
    assert given == sorted(set(given))
    assert given[0] == now
    assert read_instant(instant(given[-1])) == given[-1]
