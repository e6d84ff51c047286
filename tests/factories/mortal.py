"""A server that kills itself where a request says, and stands up again.

``python -m tests.factories.mortal DATA DATABASE NOW PORTFILE [BUG]``: a warm process holds the
listening socket and forks one server after the other. A request with ``x-die: n`` ends its server
by SIGKILL at the n-th point of its way; one with ``x-trace: FILE`` writes down which points there
are. They are found by wrapping the database driver and the answer, not listed by hand.

NOW is an instant at which the server's clock stands, or a file with the seconds by which it is
ahead of the machine's. BUG plants a fault that a test must notice: ``early`` answers before the
commit, ``never`` rolls back and answers all the same, ``unsynced`` leaves SQLite's log unsynced.
"""

import asyncio
import contextvars
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import uvicorn
from asyncpg.transaction import Transaction
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market import city
from market.app import make_app
from market.kernel.clock import Clock, system_clock
from market.settings import Settings
from tests.factories.clock import FakeClock

DRIVERS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (aiosqlite.Connection, ("execute", "execute_insert", "execute_fetchall", "commit", "rollback")),
    (asyncpg.Connection, ("execute", "fetch", "fetchrow", "_execute")),
    (Transaction, ("commit", "rollback")),
)
LATER = 0.3


class Way:
    """The points that one request has come by."""

    def __init__(self, dies_at: int | None) -> None:
        self.dies_at = dies_at
        self.points: list[str] = []

    def pass_by(self, name: str) -> None:
        """Count a point; the fatal one is the last."""
        if len(self.points) == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.points.append(name)


_way: contextvars.ContextVar[Way | None] = contextvars.ContextVar("way", default=None)


@contextmanager
def on(way: Way) -> Iterator[None]:
    """Whatever the block does is on this way."""
    token = _way.set(way)
    try:
        yield
    finally:
        _way.reset(token)


def pass_by(name: str) -> None:
    """A point of the way that one is on, if one is on any."""
    way = _way.get()
    if way is not None:
        way.pass_by(name)


def _watch(owner: type, name: str) -> None:
    inner = getattr(owner, name)

    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        said = str(args[0])[:60] if args and isinstance(args[0], str) else ""

        async def run() -> Any:
            pass_by(f"before {name} {said}")
            result = await inner(self, *args, **kwargs)
            pass_by(f"after {name} {said}")
            return result

        return run()

    setattr(owner, name, watched)


def watch_drivers() -> None:
    """Make every statement, commit and rollback two points."""
    for owner, names in DRIVERS:
        for name in names:
            if hasattr(owner, name):
                _watch(owner, name)


def _unsynced() -> None:
    honest = city.orm_config

    def careless(settings: Settings) -> dict[str, Any]:
        config = honest(settings)
        config["connections"]["default"]["credentials"]["synchronous"] = "OFF"
        return config

    city.orm_config = careless


def plant(bug: str) -> None:
    """Break durability as the bug says, under both drivers."""
    if bug == "unsynced":
        _unsynced()
        return
    for owner in (aiosqlite.Connection, Transaction):
        commit, rollback = owner.commit, owner.rollback

        async def early(self: Any, commit: Callable[..., Awaitable[None]] = commit) -> None:
            asyncio.get_running_loop().call_later(
                LATER, lambda: asyncio.ensure_future(commit(self))
            )

        async def never(self: Any, rollback: Callable[..., Awaitable[None]] = rollback) -> None:
            await rollback(self)

        owner.commit = {"early": early, "never": never}[bug]  # type: ignore[method-assign]  # the planted bug


def mortal(app: ASGIApp) -> ASGIApp:
    """The application, its answers counted as points too."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {n.decode(): v.decode() for n, v in scope.get("headers", ())}
        if "x-die" not in headers and "x-trace" not in headers:
            await app(scope, receive, send)
            return
        way = Way(int(headers["x-die"]) if "x-die" in headers else None)

        async def counted(message: Message) -> None:
            way.pass_by(f"before {message['type']}")
            await send(message)
            way.pass_by(f"after {message['type']}")

        with on(way):
            await app(scope, receive, counted)
        if "x-trace" in headers:
            await asyncio.to_thread(_lay_down, Path(headers["x-trace"]), json.dumps(way.points))

    return run


def _lay_down(path: Path, text: str) -> None:
    """There whole or not at all: whoever waits for it reads it at once."""
    half = path.with_suffix(".half")
    half.write_text(text)
    half.rename(path)


def clock_of(now: str) -> Clock:
    """A clock that stands, or one that runs ahead by the seconds in a file."""
    if not now.startswith("/"):
        return FakeClock(datetime.fromisoformat(now))
    return lambda: system_clock() + timedelta(seconds=float(Path(now).read_text()))


def serve(settings: Settings, now: str, listening: socket.socket, bug: str) -> None:
    """One server, until it is killed."""
    if bug:
        plant(bug)
    watch_drivers()
    app = mortal(make_app(settings, clock_of(now), jobs=False))
    config = uvicorn.Config(app, log_level="critical", access_log=False, loop="asyncio")
    uvicorn.Server(config).run(sockets=[listening])


def main(data: str, database: str, now: str, port_file: str, bug: str = "") -> None:
    """Fork server after server."""
    settings = Settings(data=Path(data), database=database)
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    Path(port_file).write_text(str(listening.getsockname()[1]))
    while True:
        child = os.fork()
        if child == 0:
            serve(settings, now, listening, bug)
            os._exit(1)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
