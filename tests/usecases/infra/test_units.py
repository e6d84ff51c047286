"""One transaction: it does not nest, holds or leaves nothing, and gives the database back."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from market.infra import db
from market.infra.idempotency import Answer
from market.infra.outage import outage
from market.settings import Settings
from tests.factories.city import TestCity


async def write(key: str) -> None:
    await Answer.create(key=key, action="test", payload_sha256="0" * 64)


async def keys() -> set[str]:
    return {row.key for row in await Answer.all()}


async def works() -> None:
    """The next request: within seconds or not at all."""
    async with asyncio.timeout(5), db.unit():
        await write("the-next-one")
    assert "the-next-one" in await keys()


@pytest.fixture
def other_process(city: TestCity, settings: Settings) -> sqlite3.Connection:
    """A second program on the same SQLite file."""
    path: Path = settings.data / "market.sqlite"
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


async def test_a_unit_holds_when_its_block_ends(city: TestCity) -> None:
    async with db.unit():
        await write("a")
    assert await keys() == {"a"}


async def test_who_reads_waits_for_no_unit_and_sees_it_as_soon_as_it_holds(city: TestCity) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def request() -> set[str]:
        async with db.unit():
            await write("a")
            begun.set()
            await finish.wait()
            return await keys()

    task = asyncio.create_task(request())
    await begun.wait()
    async with asyncio.timeout(5):
        assert await keys() == set()
    finish.set()
    assert await task == {"a"}
    for n in range(20):
        async with db.unit():
            await write(str(n))
        assert str(n) in await keys()


@pytest.mark.on_sqlite
async def test_a_long_reading_holds_nobody_up(city: TestCity) -> None:
    """Begun at once, it goes on in a thread: who reads a little after it is answered first."""
    told: list[str] = []
    count = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT {}) "
    count += "SELECT count(*) AS rows FROM c"

    async def read(name: str, rows: int) -> None:
        (row,) = await db.connection().execute_query_dict(count.format(rows))
        assert row["rows"] == rows
        told.append(name)

    await asyncio.gather(read("long", 2_000_000), read("short", 10))
    assert told == ["short", "long"]


async def test_a_unit_refuses_to_nest(city: TestCity) -> None:
    async with db.unit():
        await write("outer")
        with pytest.raises(RuntimeError, match="never calls another"):
            async with db.unit():
                await write("inner")
    assert await keys() == {"outer"}


async def test_a_step_outside_of_a_unit_is_refused(city: TestCity) -> None:
    with pytest.raises(RuntimeError, match="inside a use case"):
        db.current()
    async with db.unit() as running:
        assert db.current() is running
    with pytest.raises(RuntimeError):
        db.current()


async def test_an_error_leaves_nothing_and_the_next_request_works(city: TestCity) -> None:
    async def request() -> None:
        async with db.unit():
            await write("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await request()
    assert await keys() == set()
    await works()


async def test_a_cancelled_request_leaves_nothing_and_the_next_one_works(city: TestCity) -> None:
    begun = asyncio.Event()

    async def request() -> None:
        async with db.unit():
            await write("cancelled")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(request())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await keys() == set()
    await works()


async def test_one_that_is_cancelled_while_it_waits_harms_nobody(city: TestCity) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with db.unit():
            await write("first")
            begun.set()
            await finish.wait()

    async def second() -> None:
        async with db.unit():
            await write("first")

    holder = asyncio.create_task(first())
    await begun.wait()
    waiting = asyncio.create_task(second())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    finish.set()
    await holder
    assert await keys() == {"first"}
    await works()


async def test_every_moment_of_cancellation_gives_the_database_back(city: TestCity) -> None:
    async def request() -> None:
        async with db.unit():
            await write("cancelled")

    for turns in range(25):
        task = asyncio.create_task(request())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5), db.unit():
            await Answer.all().delete()
    await works()


async def test_units_of_many_requests_follow_one_another(city: TestCity) -> None:
    async def request(n: int) -> None:
        async with db.unit():
            await write(f"request-{n}")

    await asyncio.gather(*(request(n) for n in range(20)))
    assert len(await keys()) == 20


@pytest.mark.on_postgres  # its connections end from outside
@pytest.mark.parametrize("late", [False, True], ids=["in a statement", "at the end"])
async def test_a_connection_that_is_lost_is_an_outage(city: TestCity, late: bool) -> None:
    async def lost() -> None:
        async with db.unit() as unit:
            await write("lost")
            [row] = await unit.connection.execute_query_dict("SELECT pg_backend_pid() AS pid")
            end = f"SELECT pg_terminate_backend({row['pid']})"
            if late:
                async with pool.acquire() as other:
                    await other.execute(end)
            else:
                await unit.connection.execute_query(end)

    pool = db.connection()._pool  # type: ignore[attr-defined]  # asyncpg's
    with pytest.raises(Exception, match=r".") as caught:
        await lost()
    assert outage(caught.value) is not None, caught.value
    assert await keys() == set()
    await works()


@pytest.mark.on_sqlite  # the lock of its one writer
async def test_the_writer_s_lock_is_taken_at_the_beginning(
    city: TestCity, other_process: sqlite3.Connection
) -> None:
    async with db.unit():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other_process.execute("BEGIN IMMEDIATE")
    other_process.execute("BEGIN IMMEDIATE")
    other_process.execute("ROLLBACK")
    other_process.close()


@pytest.mark.on_sqlite  # the lock of its one writer
async def test_a_beginning_that_fails_does_not_hang_the_process(
    city: TestCity, other_process: sqlite3.Connection
) -> None:
    await db.connection().execute_query("PRAGMA busy_timeout=20")
    other_process.execute("BEGIN IMMEDIATE")
    with pytest.raises((OperationalError, sqlite3.OperationalError), match="locked") as caught:
        async with db.unit():
            await write("never")
    assert outage(caught.value) is not None
    other_process.execute("ROLLBACK")
    other_process.close()
    assert await keys() == set()
    await works()


@pytest.mark.on_sqlite  # the lock of its one writer
async def test_a_beginning_that_is_cancelled_does_not_hang_the_process(
    city: TestCity, other_process: sqlite3.Connection
) -> None:
    await db.connection().execute_query("PRAGMA busy_timeout=300")
    other_process.execute("BEGIN IMMEDIATE")

    async def request() -> None:
        async with db.unit():
            await write("never")

    task = asyncio.create_task(request())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.done()
    other_process.execute("ROLLBACK")
    other_process.close()
    await works()
    assert "never" not in await keys()


async def test_what_is_told_at_the_end_can_still_refuse_all(city: TestCity) -> None:
    async def refuse() -> None:
        raise ZeroDivisionError

    told: list[str] = []

    async def request() -> None:
        async with db.unit() as running:
            await write("a")
            running.at_end["x"] = refuse
            running.after["y"] = lambda: told.append("after")

    with pytest.raises(ZeroDivisionError):
        await request()
    assert (await keys(), told) == (set(), [])
    await works()


async def test_what_comes_after_sees_a_committed_row(city: TestCity) -> None:
    told: list[str] = []

    async def at_end() -> None:
        told.append("at end")
        await write("b")

    async with db.unit() as running:
        running.at_end["x"] = at_end
        running.after["y"] = lambda: told.append("after")
        told.append("block")
    assert told == ["block", "at end", "after"]
    assert await keys() == {"b"}


async def test_a_savepoint_may_fail_alone(city: TestCity) -> None:
    async def part() -> None:
        async with db.savepoint():
            await write("lost")
            await write("a")

    async with db.unit():
        await write("a")
        with pytest.raises(IntegrityError):
            await part()
        await write("b")
    assert await keys() == {"a", "b"}


async def test_a_failed_unit_takes_its_savepoints_along(city: TestCity) -> None:
    async def request() -> None:
        async with db.unit():
            async with db.savepoint():
                await write("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await request()
    assert await keys() == set()
    await works()
