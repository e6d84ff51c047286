"""SQLite's one connection, as Tortoise's backend: the statements of a unit run where they stand.

aiosqlite hands every statement to a thread of its own. The two wake-ups cost more than a statement
of a unit does, so the unit that holds the connection runs its statements at once, and hands over
only what waits for a disk or for another process: BEGIN, COMMIT, ROLLBACK. Reading outside of a
unit may take long and stays in the thread.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import aiosqlite
from tortoise.backends.sqlite.client import SqliteClient

CHUNK: Final = 64


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, whose statements can be had at once."""

    _at_once = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """For whoever holds the connection alone: no statement in the block leaves this thread."""
        before, self._at_once = self._at_once, True
        try:
            yield
        finally:
            self._at_once = before

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._at_once:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # aiosqlite's


class Client(SqliteClient):
    """Tortoise's client over that connection."""

    @property
    def raw(self) -> Connection:
        """The connection itself, once there is one."""
        return cast("Connection", self._connection)

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - a file is its database
        """Open the file at first use; two threads may take turns on it, never at the same time."""
        if self._connection is not None:
            return

        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(self.filename, isolation_level=None, check_same_thread=False)
            raw.row_factory = sqlite3.Row
            return raw

        self._connection = await Connection(connect, CHUNK)
        for pragma, value in self.pragmas.items():
            await self._connection.execute_fetchall(f"PRAGMA {pragma}={value}")
        await self._post_connect()


client_class = Client
