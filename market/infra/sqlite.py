"""SQLite as Tortoise's backend: one connection that writes, two beside it that only read.

aiosqlite hands every statement to a thread of its own. The two wake-ups cost more than a statement
of a unit does, so the unit that holds the writer runs its statements at once, gives everybody else
a turn at each one after the first ``AT_ONCE``, and hands over only what waits for a disk or for
another process: COMMIT, ROLLBACK, a BEGIN that does not come at once. Reading outside of a unit is
done at once as well, with a turn for everybody now and then, and begun anew in a thread when it
takes more than a moment; it waits for no unit (https://www.sqlite.org/wal.html) and sees all that
was committed when it began.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast

import aiosqlite
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionWrapper,
    translate_exceptions,
)

CHUNK: Final = 64
READERS: Final = 2
AT_ONCE: Final = 50
MOMENT: Final = 150_000  # steps of SQLite's machine: at most some milliseconds

# Read here, an instant costs a tenth of what it costs where Tortoise reads its text.
sqlite3.register_converter("TIMESTAMP", lambda text: datetime.fromisoformat(text.decode()))
sqlite3.register_converter("DATE", lambda text: date.fromisoformat(text.decode()))


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, whose statements can be had at once."""

    _at_once = False
    _ran = 0

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """For whoever holds the connection alone: no statement in the block leaves this thread."""
        before, self._at_once, self._ran = self._at_once, True, 0
        try:
            yield
        finally:
            self._at_once = before

    def quickly(self, query: str, values: list[Any] | None) -> Sequence[sqlite3.Row] | None:
        """The rows that a statement gives, here and now; None when it needs more than a moment.

        Going to a thread and back costs more than most statements do, and beside a unit that
        writes each way waits for one of its statements.
        """
        raw = self._conn
        raw.set_progress_handler(lambda: 1, MOMENT)
        try:
            return raw.execute(query, values or ()).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return None
        finally:
            raw.set_progress_handler(None, 0)

    async def begin(self) -> None:
        """Take the writer's lock: at once when nobody has it, else waiting in the thread."""
        raw = self._conn
        (patience,) = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute("PRAGMA busy_timeout=0")
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raw.execute(f"PRAGMA busy_timeout={patience}")
            await self.execute("BEGIN IMMEDIATE")
        else:
            raw.execute(f"PRAGMA busy_timeout={patience}")

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._at_once:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # aiosqlite's
        self._ran += 1
        if self._ran > AT_ONCE:
            await asyncio.sleep(0)
        return fn(*args, **kwargs)


class Transaction(SqliteTransactionWrapper):
    """Tortoise's client of a unit; it has the writer to itself, so no statement waits its turn."""

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        """Carry out a statement: how many rows it touched or found, and those it gives."""
        before = self._connection.total_changes
        rows = await self._rows(query, values)
        return (self._connection.total_changes - before) or len(rows), rows

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        """The rows that a statement gives."""
        return list(map(dict, await self._rows(query, values)))

    @translate_exceptions
    async def _rows(self, query: str, values: list[Any] | None) -> Sequence[sqlite3.Row]:
        rows = await self._connection.execute_fetchall(query, values)
        return cast("Sequence[sqlite3.Row]", rows)


class Client(SqliteClient):
    """Tortoise's client: what only reads goes to a reader, all else to the writer.

    Inside a unit Tortoise puts a client of its own in this one's place, so a unit reads its writes.
    """

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self._readers: list[Connection] = []
        self._reads = 0
        self._idle: asyncio.Queue[Connection] = asyncio.LifoQueue()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The writer, then the readers, once there are any."""
        return (cast("Connection", self._connection), *self._readers)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For a process in which nobody else waits: no statement in the block leaves this thread.

        To be entered after first use.
        """
        with ExitStack() as stack:
            for connection in self.connections:
                stack.enter_context(connection.at_once())
            yield

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - a file is its database
        """Open the file at first use: the writer, who may have to make it, and then the readers."""
        if self._connection is not None:
            return
        self._connection = await _opened(self.filename, "rwc", self.pragmas)
        patience = {k: v for k, v in self.pragmas.items() if k == "busy_timeout"}
        for _ in range(READERS):
            reader = await _opened(self.filename, "ro", {**patience, "query_only": "ON"})
            self._readers.append(reader)
            self._idle.put_nowait(reader)
        await self._post_connect()

    async def close(self) -> None:
        """After the running unit; the writer last, for it alone takes its log into the file."""
        async with self._lock:
            readers, self._readers, self._idle = self._readers, [], asyncio.LifoQueue()
            for reader in readers:
                await reader.close()
            await super().close()

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        """Carry out a statement: how many rows it touched or found, and those it gives."""
        if _only_reads(query):
            rows = await self._read(query, values)
            return len(rows), rows
        touched: tuple[int, Sequence[Any]] = await super().execute_query(query, values)
        return touched

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        """The rows that a statement gives."""
        if _only_reads(query):
            return list(map(dict, await self._read(query, values)))
        rows: list[dict[str, Any]] = await super().execute_query_dict(query, values)
        return rows

    @translate_exceptions
    async def _read(self, query: str, values: list[Any] | None) -> Sequence[sqlite3.Row]:
        if self._connection is None:
            async with self._lock:
                await self.create_connection(with_db=True)
        self._reads += 1
        if self._reads % AT_ONCE == 0:
            await asyncio.sleep(0)
        idle = self._idle
        reader = await idle.get()
        try:
            rows = reader.quickly(query, values)
            if rows is None:
                rows = cast("Sequence[sqlite3.Row]", await reader.execute_fetchall(query, values))
            return rows
        finally:
            idle.put_nowait(reader)


def _only_reads(query: str) -> bool:
    return query.split(None, 1)[0] in {"SELECT", "WITH"}


async def _opened(name: str, mode: str, pragmas: dict[str, Any]) -> Connection:
    """A connection on which two threads may take turns, but never be at the same time."""

    def connect() -> sqlite3.Connection:
        address = f"{Path(name).absolute().as_uri()}?mode={mode}"
        raw = sqlite3.connect(
            address,
            detect_types=sqlite3.PARSE_DECLTYPES,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        raw.row_factory = sqlite3.Row
        return raw

    connection = cast("Connection", await Connection(connect, CHUNK))
    for pragma, value in pragmas.items():
        await connection.execute_fetchall(f"PRAGMA {pragma}={value}")
    return connection


client_class = Client
