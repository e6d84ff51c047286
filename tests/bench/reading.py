"""Reading while writing: a page over HTTP, quiet and beside a unit of two seconds, SQLite."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from statistics import median

from market.settings import Settings
from tests.bench.measure import Goal, Race, Row, Sizes, apart, percentile
from tests.bench.register import fill
from tests.bench.servers import Client, answer, folder, free_port, running

PAGES = ("/projects", "/agencies")
HEADERS = {"accept-language": "zh-CN"}
UNIT = 2.0


def rows(sizes: Sizes) -> Iterator[Row]:
    """Each page in turn quiet and beside the unit."""
    seconds = UNIT * min(1.0, sizes.uploads / 100)
    with folder() as path:
        apart(fill, Settings(data=path, demo=True), sizes.few, sizes.few)
        port = free_port()
        command = ["-m", "tests.bench.busy", str(port), str(path)]
        with running(command, port, "/log/checkpoint"), closing(Client(port)) as client:
            for page in PAGES:
                turns = [_turn(client, port, page, seconds) for _ in range(sizes.rounds + 1)][1:]
                race = Race([late for _, late in turns], [quiet for quiet, _ in turns])
                yield Row(
                    "reading while writing, SQLite",
                    f"{page}, p99 while a unit of {seconds:g} s runs",
                    "ms",
                    median(race.ours),
                    "the same page, quiet",
                    median(race.floor),
                    race.slower,
                    Goal("≤", 1.5),
                )


def _turn(client: Client, port: int, page: str, seconds: float) -> tuple[float, float]:
    """The p99 of the page in ms, quiet and beside the unit."""
    quiet = _late(client, page, seconds)
    with ThreadPoolExecutor(1) as beside:
        unit = beside.submit(_write, port, seconds + 0.3)
        time.sleep(0.15)
        late = _late(client, page, seconds)
        unit.result()
    return quiet, late


def _write(port: int, seconds: float) -> None:
    with closing(Client(port)) as client:
        status, said, _ = answer(client, "GET", f"/busy?seconds={seconds}")
        if status != 200:
            raise RuntimeError(said.decode())


def _late(client: Client, page: str, seconds: float) -> float:
    waits, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        status, _, _ = answer(client, "GET", page, headers=HEADERS)
        waits.append(time.perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{page}: {status}")
    return 1000 * percentile(waits, 0.99)
