"""Time as a process that kills itself: one job, once, by SIGKILL at a point of its way.

``python -m tests.factories.mortal_time DATA DATABASE [BUG]`` stays warm and forks a child for every
line ``{"job", "now", "dies_at", "spared"}`` that it reads; it answers ``{"points", "killed",
"failed"}``. It dies at point ``dies_at``, or if that is null at the first whose kind
(``factories/points.py``) is not among the spared.
Points are the statements, commits and rollbacks of the database driver and what is done to files,
found by wrapping them. BUG ``split`` makes two transactions of one.
"""

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from market.audit import ledger
from market.city import make_tools, open_database
from market.infra import db
from market.jobs import JOBS
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call
from market.settings import Settings
from signing.core.facts import Facts
from signing.pdf import pades
from signing.rounds.facts import Unsealed
from tests.factories import mortal
from tests.factories.clock import FakeClock
from tests.factories.points import Kinds
from tests.factories.town import Town

ROOT = Path(__file__).parents[2]
FILES = ("replace", "rename", "link", "unlink", "fsync")
WARM = (pades,)  # what a job would import at its first paper, and every child anew


class Told(mortal.Way):
    """The points of one run, each told through a pipe before anybody dies of it."""

    def __init__(self, dies_at: int | None, spared: list[str], pipe: int) -> None:
        super().__init__(dies_at)
        self.kinds, self.spared, self.pipe = Kinds(), {"", *spared}, pipe
        self.sampled = dies_at is None

    def pass_by(self, name: str) -> None:
        """Half of the points: nothing happens between the end of a statement and the next."""
        if name.startswith("after execute"):
            return
        os.write(self.pipe, name.replace("\n", " ").encode() + b"\n")
        if self.sampled and self.kinds.of(name) not in self.spared:
            self.dies_at = len(self.points)
        super().pass_by(name)


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one run: its points, and whether it was killed at the last, or failed."""

    points: list[str]
    killed: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class Time:
    """The warm process."""

    process: asyncio.subprocess.Process

    async def run(
        self, job: str, now: datetime, dies_at: int | None, spared: Iterable[str] = ()
    ) -> Run:
        """One job at an instant, killed at a point or not at all if it does not come so far."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked: dict[str, Any] = {"job": job, "now": now.isoformat(), "dies_at": dies_at}
        asked |= {"spared": [*spared]}
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        return Run(**json.loads(await self.process.stdout.readline()))


@asynccontextmanager
async def time_over(town: Town, bug: str = "") -> AsyncIterator[Time]:
    """Time over the data of a town."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.factories.mortal_time", str(town.settings.data)),
        *(town.settings.database, bug),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Time(process)
    finally:
        process.kill()
        await process.wait()


def _watch_files() -> None:
    for name in FILES:
        inner = getattr(os, name)

        def watched(*args: Any, _inner: Any = inner, _name: str = name, **kwargs: Any) -> Any:
            mortal.pass_by(f"before {_name}")
            return _inner(*args, **kwargs)

        setattr(os, name, watched)


def _split() -> None:
    """What a round's opening says is committed before what follows from it."""
    record, number = ledger.record, ledger._number

    async def halfway(call: Call, told: Facts | ledger.Late, **given: Any) -> ledger.Mark:
        mark = await record(call, told, **given)
        if isinstance(told, Unsealed):
            raw = db.current().connection
            await number()
            await raw.execute_query("COMMIT")
            await raw.execute_query("BEGIN")
        return mark

    ledger.record = halfway


async def _once(settings: Settings, job: str, clock: FakeClock, way: Told) -> None:
    run = next(one.run for one in JOBS if one.name == job)
    async with open_database(settings):
        call = Call(THE_CLOCK, clock(), make_tools(settings, clock))
        with mortal.on(way):
            await run(call)


def _child(settings: Settings, asked: dict[str, Any], pipe: int, bug: str) -> None:
    mortal.watch_drivers()
    _watch_files()
    if bug:
        _split()
    clock = FakeClock(datetime.fromisoformat(asked["now"]))
    asyncio.run(_once(settings, asked["job"], clock, Told(asked["dies_at"], asked["spared"], pipe)))


def main(data: str, database: str, bug: str = "") -> None:
    """Fork a child for every line."""
    settings = Settings(data=Path(data), database=database)
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                _child(settings, json.loads(line), writing, bug)
            except BaseException:  # noqa: BLE001 - told; a child never comes back from here
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as told:
            points = told.read().splitlines()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        said = {"points": points, "killed": killed, "failed": bool(status) and not killed}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
