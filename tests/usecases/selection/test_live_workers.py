"""Live events between workers: what one process commits is heard by who listens at another."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.factories.serving import server
from tests.factories.town import Town

pytestmark = pytest.mark.on_postgres  # SQLite is one worker's; test_live.py is about that
PATIENCE = 60


async def states(client: httpx2.AsyncClient, about: str) -> AsyncIterator[str]:
    """What an SSE client of this worker is told, from where the round stands."""
    path = f"/rounds/{about.removeprefix('round:')}/events"
    async with client.stream("GET", path) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))["state"]


async def test_a_page_at_one_worker_hears_what_another_one_does(town: Town) -> None:
    found = await town.publish(way="price")
    other = await town.publish(way="random")
    await town.apply(found.about, 9_000_000, 8_000_000)
    async with server(town, name="one") as one, server(town, name="two") as two:
        heard = [states(worker, found.about) for worker in (one, two)]
        quiet = states(two, other.about)
        async with asyncio.timeout(PATIENCE):
            assert [await anext(each) for each in (*heard, quiet)] == ["accepting"] * 3
            await town.until(found.deadline_at)  # this process is the third worker
            await town.later(minutes=6)
            for each in heard:
                assert [await anext(each) for _ in range(3)] == ["frozen", "decided", "revealed"]
        for each in (*heard, quiet):
            await each.aclose()  # type: ignore[attr-defined]  # a generator
