"""Statements written down once say the same on both databases, and run where they should."""

import asyncio
import sqlite3
import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from tortoise.exceptions import OperationalError

from market.audit.models import SecurityEvent
from market.city import open_database
from market.infra import db, sql, sqlite
from market.infra.idempotency import Answer
from market.settings import Settings
from tests.factories.city import TestCity

SEEN = "SELECT at FROM security_event WHERE key = $1 OR key = $1 FOR UPDATE"


async def test_rows_written_and_read_so_are_those_of_the_orm(city: TestCity) -> None:
    names = ["a'; DROP TABLE idempotency_answer; --", "$1 ?1 乙"]
    async with db.unit() as running:
        rows = [{"key": n, "action": "x", "payload_sha256": "0" * 64} for n in names]
        await sql.insert(running.connection, "idempotency_answer", *rows)
    assert {row.key for row in await Answer.all()} == {*names}


@pytest.mark.parametrize("milliseconds", [0, 1, 999])
async def test_an_instant_is_read_as_the_orm_wrote_it(city: TestCity, milliseconds: int) -> None:
    at = city.clock().replace(microsecond=0) + timedelta(milliseconds=milliseconds)
    await SecurityEvent.create(at=at, key="k", actor="a", path="", facts={})
    async with db.unit() as running:
        (row,) = await sql.rows(running.connection, SEEN, "k")
    assert sql.read_instant(row["at"]) == at


@pytest.mark.parametrize(
    ("at", "month"),
    [("2026-10-31 15:59:59.999", "2026-10"), ("2026-10-31 16:00:00.000", "2026-11")],
)
async def test_a_month_turns_at_midnight_of_the_city(city: TestCity, at: str, month: str) -> None:
    instant = datetime.fromisoformat(at + "+00:00")
    await SecurityEvent.create(at=instant, key="k", actor="a", path="", facts={})
    client = db.connection()
    statement = f"SELECT {sql.month(client, 'at')} AS month FROM security_event"  # noqa: S608 - ours
    assert await sql.rows(client, statement) == [{"month": month}]


@pytest.mark.on_sqlite
async def test_only_what_waits_leaves_the_thread_of_a_unit(city: TestCity) -> None:
    here, said = threading.get_ident(), list[tuple[str, bool, str]]()

    def note(whose: str, statement: str) -> None:
        said.append((whose, threading.get_ident() == here, statement.split(maxsplit=1)[0]))

    await Answer.all().count()
    for raw, whose in zip(connections(), ("writer", "reader", "reader"), strict=True):
        await raw.set_trace_callback(partial(note, whose))
    async with db.unit():
        await Answer.create(key="k", action="x", payload_sha256="0" * 64)
        assert await Answer.all().count() == 1
    assert await Answer.all().count() == 1
    assert [(whose, at_once, word) for whose, at_once, word in said if word != "PRAGMA"] == [
        ("writer", True, "BEGIN"),
        ("writer", True, "INSERT"),
        ("writer", True, "SELECT"),
        ("writer", True, "SELECT"),
        ("writer", False, "COMMIT"),
        ("reader", True, "SELECT"),
    ]


@pytest.mark.on_sqlite
async def test_who_reads_much_gives_everybody_a_turn_now_and_then(city: TestCity) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    waiting = asyncio.create_task(others())
    for _ in range(4 * sqlite.AT_ONCE):
        await Answer.filter(key="k").exists()
    waiting.cancel()
    assert turns >= 3


@pytest.mark.on_sqlite
async def test_a_long_unit_gives_everybody_a_turn_at_each_statement(city: TestCity) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    await Answer.all().count()
    waiting = asyncio.create_task(others())
    async with db.unit():
        before = turns
        for n in range(sqlite.AT_ONCE + 30):
            await Answer.filter(key="k").exists()
            assert turns - before == max(0, n + 1 - sqlite.AT_ONCE)
    waiting.cancel()


@pytest.mark.on_sqlite
async def test_a_reader_takes_no_write_however_it_is_put(city: TestCity) -> None:
    sly = "WITH one AS (SELECT 1) DELETE FROM idempotency_answer"
    with pytest.raises(OperationalError, match="readonly"):
        await db.connection().execute_query(sly)
    for reader in connections()[1:]:
        for statement in (sly, "DELETE FROM idempotency_answer", "PRAGMA user_version = 7"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                await reader.execute(statement)


@pytest.mark.on_sqlite
async def test_who_gives_up_reading_gives_the_reader_back(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "MOMENT", 1)  # all of it goes on in a thread
    for turns in range(12):
        reading = [asyncio.create_task(none_there()) for _ in range(2 * sqlite.READERS)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for one in reading:
            one.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        async with asyncio.timeout(5):
            await none_there()


@pytest.mark.on_sqlite
async def test_a_closed_city_is_one_file(settings: Settings) -> None:
    async with open_database(settings):
        await Answer.create(key="k", action="x", payload_sha256="0" * 64)
        assert await Answer.all().count() == 1
        assert len(list(settings.data.glob("market.sqlite*"))) == 3
    assert [path.name for path in settings.data.glob("market.sqlite*")] == ["market.sqlite"]


async def none_there() -> None:
    assert await Answer.all().count() == 0


def connections() -> tuple[sqlite.Connection, ...]:
    """The writer and its readers."""
    client = db.connection()
    assert isinstance(client, sqlite.Client)
    return client.connections
