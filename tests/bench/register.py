"""The supermarket's list with few and with very many agencies: no page may feel the difference."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from urllib.parse import quote

from market.agencies.invent import invent
from market.agencies.seed import demo_world, store
from market.catalogue.seed import seed
from market.city import make_tools, open_database
from market.infra import db
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call
from market.settings import Settings
from tests.bench.measure import Goal, Race, Row, Sizes, apart
from tests.bench.servers import Client, answer, city, folder
from tests.bench.uploads import environment

GOAL = Goal("≤", 1.5)
TIMES = 10
PAGES = {
    "page of 20": "/agencies",
    "a page in the middle": "/agencies?page=a.{cursor}",
    "filter by place": "/agencies?region=511702",
    "filter by item": "/agencies?item=surveying&able=1",
    "search": f"/agencies?q={quote('测绘')}",
}
COPIED = ("agencies_agency", "agencies_offer")


def rows(sizes: Sizes) -> Iterator[Row]:
    """Every kind of page over both registers, in turn."""
    with folder() as path, ExitStack() as stack:
        clients, cursors = [], []
        for size in (sizes.few, sizes.many):
            settings = Settings(data=path / str(size), demo=True)
            cursors.append(apart(fill, settings, sizes.few, size))
            port, _ = stack.enter_context(city(environment(settings) | {"MINGXUAN_DEMO": "1"}))
            clients.append(stack.enter_context(closing(Client(port))))
        for name, page in PAGES.items():
            few, many = (page.format(cursor=cursor) for cursor in cursors)
            pairs = [
                (_seconds(clients[1], many), _seconds(clients[0], few))
                for _ in range(sizes.rounds + 1)
            ][1:]
            raced = Race([a for a, _ in pairs], [b for _, b in pairs])
            ours, floor = (median(side) * 1000 for side in (raced.ours, raced.floor))
            what = f"{name}, {sizes.many:,} agencies, HTML over HTTP"
            beside = f"{sizes.few:,} agencies"
            yield Row("register", what, "ms", ours, beside, floor, raced.slower, GOAL)


def _seconds(client: Client, path: str) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        status, _, _ = answer(client, "GET", path, headers={"accept-language": "zh-CN"})
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
    return (time.perf_counter() - began) / TIMES


def fill(settings: Settings, invented: int, size: int) -> str:
    """A register of ``size``: invented agencies, copied in the database; gives a cursor."""
    Path(settings.data).mkdir(parents=True, exist_ok=True)
    return asyncio.run(_fill(settings, min(invented, size), size))


async def _fill(settings: Settings, invented: int, size: int) -> str:
    async with open_database(settings):
        tools = make_tools(settings)
        call = Call(THE_CLOCK, tools.clock(), tools)
        await seed(call)
        world = demo_world(call)
        async with db.unit():
            await store(invent(number, world) for number in range(1, invented + 1))
        raw = db.connection()
        for table in COPIED:
            columns = [
                row["name"] for row in await raw.execute_query_dict(f"PRAGMA table_info({table})")
            ]
            copied = ", ".join(_copied(table, column) for column in columns)
            await raw.execute_script(
                f"WITH RECURSIVE copy(k) AS (VALUES (1) UNION ALL SELECT k + 1 FROM copy "  # noqa: S608 - our own names
                f"WHERE k < {size // invented - 1}) INSERT INTO {table} "
                f"SELECT {copied} FROM {table} JOIN copy WHERE {size} > {invented};"
            )
        await raw.execute_script("ANALYZE")
        middle = await raw.execute_query_dict(
            f"SELECT stars_rank FROM agencies_agency ORDER BY stars_rank LIMIT 1 OFFSET {size // 2}"  # noqa: S608 - numbers
        )
        return str(middle[0]["stars_rank"])


def _copied(table: str, column: str) -> str:
    """A unique column of copy ``k`` of a row; the others stay as they are."""
    step = 10_000_000
    changed = {
        "code": "code || '-' || k",
        "agency_id": "agency_id || '-' || k",
        "id": f"id + k * {step}",
        "number": f"number + k * {step}",
        "credit_code": "substr(credit_code, 1, 4) || printf('%014d', number * 10000 + k)",
        "stars_rank": f"stars_rank + k * {step}",
        "name_rank": "name_rank || printf('%07d', k)",
    }
    return f"{changed[column]} AS {column}" if column in changed else f"{table}.{column}"
