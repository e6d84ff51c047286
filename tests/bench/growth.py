"""What time costs: a round closed late in a ledger's life, desks with many open rounds."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import httpx2

from market.app import make_app
from market.audit.models import Checkpoint
from market.city import open_database
from market.infra import db
from market.kernel.actors import Role
from market.selection.deciding.freeze import close
from market.selection.models import Round
from market.selection.states import State
from tests.bench.measure import Goal, Race, Row, Sizes, apart
from tests.bench.servers import folder
from tests.factories.asked import statements
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.copies import copies
from tests.factories.milestones import Resting, Towns, copied, woken
from tests.factories.people import enter
from tests.factories.settled import found_offices
from tests.factories.town import Town

YOUNG = 100
# Copies of one witnessed checkpoint, below all others: as old as it, and as long.
OLDER = """
WITH RECURSIVE copy(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM copy WHERE n < {count})
INSERT INTO ledger_checkpoint (size, note, lines, witnessed, at, quorum_at)
SELECT -n, note, lines, witnessed, at, quorum_at FROM ledger_checkpoint, copy WHERE size = {size}
"""
DESKS = {
    "/my/applications": Role.AGENCY,
    "/api/my/rounds": Role.AGENCY,
    "/oversight": Role.REGULATOR,
}


def rows(sizes: Sizes) -> Iterator[Row]:
    """Closings in turn over a young and an old ledger; then each desk with one round and many."""
    old, many = sizes.few * 20, sizes.few
    with folder() as path:
        young, later = apart(closings, path, old, 2 * sizes.rounds + 1)
    race = Race(later[1:], young[1:])
    yield Row(
        "cost of time",
        f"closing a round of 3 applications, {old:,} witnessed checkpoints, SQLite",
        "ms",
        1000 * median(race.ours),
        f"{YOUNG} checkpoints",
        1000 * median(race.floor),
        race.slower,
        Goal("≤", 1.2),
    )
    with folder() as path:
        asked = apart(desks, path, many)
    for page, (one, all_of_them, seconds) in asked.items():
        yield Row(
            "desks",
            f"{page}, statements with {many:,} open rounds",
            "statements",
            all_of_them,
            "with 1 round",
            one,
            all_of_them / one,
            Goal("≤", 1),
            f"{1000 * seconds:.0f} ms",
        )


def closings(path: Path, old: int, times: int) -> tuple[list[float], list[float]]:
    """Seconds of processor for as many closings over a young and an old ledger, in turn."""
    return asyncio.run(_closings(path, old, times))


async def _closings(path: Path, old: int, times: int) -> tuple[list[float], list[float]]:
    found: tuple[list[float], list[float]] = [], []
    async with _at_rest(path, "applied") as resting:
        for number in range(times):
            for took, checkpoints in zip(found, (YOUNG, old), strict=True):
                async with _awake(resting, path, path / f"{number}-{checkpoints}") as town:
                    took.append(await _closed(town, checkpoints))
    return found


async def _closed(town: Town, checkpoints: int) -> float:
    witnessed = await Checkpoint.filter(witnessed=True).order_by("size").first()
    assert witnessed is not None
    await db.connection().execute_script(OLDER.format(count=checkpoints, size=witnessed.size))
    town.clock.now = (await town.round(town.about)).deadline_at
    began = time.process_time()
    await close(town.call(), town.about)
    took = time.process_time() - began
    if (await town.round(town.about)).state is not State.FROZEN:
        raise RuntimeError("the round was not closed")
    return took


def desks(path: Path, many: int) -> dict[str, tuple[int, int, float]]:
    """Page → statements with one open round, with many, and the seconds of the latter."""
    return asyncio.run(_desks(path, many))


async def _desks(path: Path, many: int) -> dict[str, tuple[int, int, float]]:
    async with _at_rest(path, "accepting") as resting, _awake(resting, path, path / "desk") as town:
        transport = httpx2.ASGITransport(app=town.city.app)
        people = {Role.REGULATOR: "regulator", Role.AGENCY: town.applicants[0].actor.code}
        found: dict[str, list[float]] = {page: [] for page in DESKS}
        async with httpx2.AsyncClient(transport=transport, base_url=town.settings.url) as client:
            for count in (1, many):
                await copies(await Round.get(about=town.about), count)
                for page, role in DESKS.items():
                    await enter(town.city, client, people[role], role)
                    found[page] += await _asked(client, page)
    return {page: (int(one), int(more), took) for page, (one, _, more, took) in found.items()}


async def _asked(client: httpx2.AsyncClient, page: str) -> tuple[float, float]:
    await client.get(page)
    began = time.perf_counter()
    with statements() as said:
        answer = await client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return len(said), time.perf_counter() - began


@asynccontextmanager
async def _at_rest(path: Path, milestone: str) -> AsyncIterator[Resting]:
    found_offices(path / "offices")
    async with AsyncExitStack() as databases:
        yield await Towns(path / "towns", path / "offices", None, databases).at(milestone)


@asynccontextmanager
async def _awake(resting: Resting, path: Path, home: Path) -> AsyncIterator[Town]:
    clock = FakeClock(resting.now)
    async with copied(resting, home, None) as settings, open_database(settings):
        app = make_app(settings, clock, jobs=False)
        city = TestCity(app, app.state.door.tools, clock)
        with woken(city, settings, resting, path / "offices") as town:
            yield town
