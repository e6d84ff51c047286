"""Starts that bring a database to this version: killed on their way, or several at once.

``python -m tests.factories.migrating`` reads lines ``[data, database, points]``: for each of the
points a fork opens that city and ends itself by SIGKILL there, or opens it whole when the point is
null. It answers with the list of how many points each of them passed, null for who was killed.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from market.city import open_database
from market.settings import Settings
from tests.factories.mortal import Way, on, watch_drivers


async def _open(settings: Settings, way: Way) -> None:
    with on(way):
        async with open_database(settings):
            pass


def _forked(settings: Settings, point: int | None) -> int:
    """The end of a pipe on which a fork says what it passed, when it has."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        way = Way(point)
        asyncio.run(_open(settings, way))
        os.write(writing, str(len(way.points)).encode())
        os._exit(0)
    os.close(writing)
    return reading


def main() -> None:
    """One line after the other."""
    watch_drivers()
    for line in sys.stdin:
        data, database, points = json.loads(line)
        settings = Settings(data=Path(data), database=database)
        pipes = [_forked(settings, point) for point in points]
        passed = [json.loads(os.fdopen(pipe).read() or "null") for pipe in pipes]
        print(json.dumps(passed), flush=True)  # noqa: T201 - the answer
        for _ in points:
            os.wait()


if __name__ == "__main__":
    main()
