"""The database: which one, and the one way to write to it.

``use_case`` makes a function of ``actions.py`` one transaction that does not nest. SQLite begins it
IMMEDIATE (a deferred one loses against another writer at its first write), PostgreSQL at READ
COMMITTED with the row lock taken first. An Idempotency-Key and the result that it stands for are
written in the same transaction, so a retry gives the first answer and does nothing twice.
"""

import asyncio
import contextvars
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar, Concatenate, ParamSpec, Protocol, TypeVar, cast

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import get_connections

from market.infra.idempotency import first_answer, keep_answer
from market.infra.sqlite import Connection, Transaction
from market.kernel.call import Call


class Result(Protocol):
    """What a use case answers: a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


P = ParamSpec("P")
R = TypeVar("R", bound=Result | None)
Hook = Callable[[], Awaitable[None]]
log = logging.getLogger("mingxuan")


class Unit:
    """One running transaction: what must happen at its end, and after it."""

    def __init__(self, connection: BaseDBAsyncClient) -> None:
        self.connection = connection
        self.at_end: dict[str, Hook] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self.pending: list[Any] = []

    @property
    def is_postgres(self) -> bool:
        """Whether row locks are to be had."""
        return self.connection.capabilities.dialect == "postgres"

    async def end(self) -> None:
        """Do what must happen at the end; what has happened does not happen again."""
        hooks, self.at_end = list(self.at_end.values()), {}
        for hook in hooks:
            await hook()


_unit: contextvars.ContextVar[Unit | None] = contextvars.ContextVar("unit", default=None)


def current() -> Unit:
    """The running unit; steps "inside a unit" call this."""
    unit = _unit.get()
    if unit is None:
        raise RuntimeError("this step runs inside a use case only")
    return unit


def connection() -> BaseDBAsyncClient:
    """The connection of the running unit, or the shared one for reading."""
    return get_connections().get("default")


def is_postgres() -> bool:
    """Whether this city runs on PostgreSQL."""
    return bool(connection().capabilities.dialect == "postgres")


@asynccontextmanager
async def unit() -> AsyncIterator[Unit]:
    """One transaction; refuses to nest. Hooks run before the commit and after it.

    What follows the commit may fail, and the deed is done: it is answered so, and a job makes up
    for what did not follow.
    """
    if _unit.get() is not None:
        raise RuntimeError("a use case never calls another use case")
    async with _transaction() as client:
        running = Unit(client)
        token = _unit.set(running)
        try:
            yield running
            await running.end()
        finally:
            _unit.reset(token)
    for name, follow in running.after.items():
        try:
            follow()
        except Exception:
            log.exception("what follows a unit failed: %s", name)


def use_case(
    action: Callable[Concatenate[Call, P], Awaitable[R]],
) -> Callable[Concatenate[Call, P], Coroutine[Any, Any, R]]:
    """Make ``action`` one unit that answers a repeated Idempotency-Key with its first result.

    The result is None or a frozen dataclass, kept as JSON (infra/idempotency.py). It names things
    and never addresses: those are the view's.
    """

    @functools.wraps(action)
    async def run(call: Call, *args: P.args, **kwargs: P.kwargs) -> R:
        async with unit():
            if call.retry:
                known, answer = await first_answer(call, action, current().connection)
                if known:
                    return cast("R", answer)
            result = await action(call, *args, **kwargs)
            running = current()
            await running.end()
            if call.retry:
                await keep_answer(call, action, result, running.connection)
        return result

    return cast("Callable[Concatenate[Call, P], Coroutine[Any, Any, R]]", run)


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the unit that may fail alone: a broken constraint poisons a PG transaction."""
    async with current().connection._in_transaction():  # noqa: SLF001 - Tortoise's own nesting
        yield


def _transaction() -> AbstractAsyncContextManager[TransactionalDBClient]:
    client = connection()
    return _immediate(client) if isinstance(client, SqliteClient) else _pooled(client)


@asynccontextmanager
async def _immediate(client: SqliteClient) -> AsyncIterator[TransactionalDBClient]:
    """BEGIN IMMEDIATE on SQLite's one connection; its lock is released whatever happens."""
    await client._lock.acquire()  # noqa: SLF001 - the lock that Tortoise's own context takes
    try:
        if client._connection is None:  # noqa: SLF001 - first use
            await client.create_connection(with_db=True)
        wrapper = Transaction(client)
        raw = cast("Connection", wrapper._connection)  # noqa: SLF001 - the connection under both
        token = get_connections().set("default", wrapper)
        try:
            await _unbroken(raw.begin())
            with raw.at_once():
                yield wrapper
            await _unbroken(raw.commit())
        except BaseException:
            await _unbroken(raw.rollback())
            raise
        finally:
            get_connections().reset(token)
    finally:
        client._lock.release()  # noqa: SLF001 - as above


@asynccontextmanager
async def _pooled(client: BaseDBAsyncClient) -> AsyncIterator[TransactionalDBClient]:
    """A transaction on one of PostgreSQL's connections, which goes back whatever happens.

    Tortoise's own context keeps the connection for good when a request is cancelled in its BEGIN.
    """
    context: Any = client._in_transaction()  # noqa: SLF001 - what tortoise.transactions does too
    await context.ensure_connection()
    wrapper, pool = context.client, context.client._parent._pool  # noqa: SLF001 - as it does
    raw = wrapper._connection = await pool.acquire()  # noqa: SLF001 - as Tortoise's context does
    token = get_connections().set("default", wrapper)
    try:
        await _unbroken(wrapper.begin())
        yield wrapper
        await _unbroken(wrapper.commit())
    except BaseException:
        if raw._con is not None and raw.is_in_transaction():  # noqa: SLF001 - None: it was lost
            await _unbroken(wrapper.rollback())
        raise
    finally:
        get_connections().reset(token)
        await _unbroken(pool.release(raw))


async def _unbroken(work: Awaitable[object]) -> None:
    """Finish ``work`` even when the request is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
