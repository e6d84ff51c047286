"""Statements written down once say the same on both databases, and run where they should."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from market.audit.models import SecurityEvent
from market.infra import db, sql
from market.infra.idempotency import Answer
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


@pytest.mark.on_sqlite
async def test_only_what_waits_leaves_the_thread_of_a_unit(city: TestCity) -> None:
    said: dict[str, int] = {}

    def note(statement: str) -> None:
        said[statement.split(maxsplit=1)[0]] = threading.get_ident()

    client: Any = db.connection()
    await Answer.all().count()
    raw = client._connection._conn
    raw.set_trace_callback(note)
    async with db.unit():
        await Answer.create(key="k", action="x", payload_sha256="0" * 64)
    await Answer.all().count()
    raw.set_trace_callback(None)
    here = threading.get_ident()
    assert {word for word, thread in said.items() if thread == here} == {"INSERT"}
    assert {"BEGIN", "COMMIT", "SELECT"} <= said.keys()
