"""R1: whatever was acknowledged is there after a kill -9 at any point; nothing is there twice.

The oracle is the client's own list of receipts, held against the ledger.
"""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tortoise import Tortoise

from market.audit.models import LedgerEntry
from market.city import open_database
from market.infra import db
from market.infra.durable import NEEDED
from market.kernel.errors import MarketError
from market.selection.artifacts import paper
from market.selection.models import Submission
from market.selection.states import State
from market.settings import Settings
from signing.core.canonical import loads
from signing.rounds.admission import blind_commit
from tests.factories.city import TestCity
from tests.factories.points import Choice
from tests.factories.sending import Sender, path_of
from tests.factories.serving import prepared, server
from tests.factories.town import Town


async def sent(
    client: httpx2.AsyncClient, about: str, form: Any, key: str, **headers: str
) -> httpx2.Response | None:
    """One try; None when it is unknown what became of it."""
    try:
        return await client.post(
            path_of(about, "envelopes"), json=form, headers={"idempotency-key": key, **headers}
        )
    except httpx2.TransportError:
        return None


async def insisted(client: httpx2.AsyncClient, about: str, form: Any, key: str) -> httpx2.Response:
    """The same again until it is known."""
    for _ in range(400):
        answer = await sent(client, about, form, key)
        if answer is not None:
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError("the server does not stand up again")


async def harassed(
    town: Town, sender: Sender, client: httpx2.AsyncClient, choose: Choice
) -> tuple[list[str], list[dict[str, Any]]]:
    """Kill the server at points of an upload; all points, and every receipt that was given."""
    trace = town.settings.data / "trace.json"
    first = await sent(
        client, sender.about, await sender.honest(9_000_000), "k" * 20, **{"x-trace": str(trace)}
    )
    assert first is not None
    assert first.status_code == 201, first.text
    receipts = [first.json()]
    for _ in range(400):
        if trace.exists():
            break
        await asyncio.sleep(0.05)
    points = json.loads(trace.read_text())
    for seq, place in enumerate(choose(points), 2):
        form, key = await sender.honest(9_000_000 - seq, seq), str(uuid4())
        answer = await sent(client, sender.about, form, key, **{"x-die": str(place)})
        if answer is not None and answer.status_code == 201:
            receipts.append(answer.json())
        again = await insisted(client, sender.about, form, key)
        assert again.status_code == 201, again.text
        receipts.append(again.json())
    return points, receipts


async def lost(receipts: list[dict[str, Any]]) -> list[int]:
    """The indexes of receipts whose entry is not in the ledger."""
    missing = []
    for one in receipts:
        row = await LedgerEntry.get_or_none(index=one["index"])
        commit = blind_commit(bytes.fromhex(one["salt"]), one["about"], one["envelopes"])
        if row is None or loads(bytes(row.data))["facts"] != {"commit": commit}:
            missing.append(one["index"])
    return missing


@pytest.mark.usefixtures("accepting")
async def test_killed_at_any_point_nothing_acknowledged_is_lost(town: Town, choose: Choice) -> None:
    sender = await prepared(town)
    async with server(town) as client:
        points, receipts = await harassed(town, sender, client, choose)
    assert sum("commit" in point for point in points) == 2
    assert sum("http.response" in point for point in points) == 4
    assert len(points) > 20
    assert await lost(receipts) == []
    hashes = {one["envelopes"][0] for one in receipts}
    assert len(hashes) == len(choose(points)) + 1
    assert hashes == set(await Submission.all().values_list("application", flat=True))
    other = Sender(town, sender.client, sender.about, town.applicants[1])
    await other.applied(9_500_000)
    await town.turns()
    found = await town.to_reveal(sender.about)
    assert found.state is State.REVEALED
    frozen = loads(await paper(found.freeze_sha256))
    left = {sha for row in frozen["left_out"] for sha in row["envelopes"]}
    kept = {row["application"] for row in frozen["accepted"]}
    assert hashes <= left | kept
    assert not left & kept
    assert {row["reason"] for row in frozen["left_out"]} == {"REPLACED"}


@pytest.mark.usefixtures("accepting")
async def test_the_harness_catches_an_answer_before_the_commit(town: Town) -> None:
    sender = await prepared(town)
    async with server(town, "early") as client:
        _, receipts = await harassed(town, sender, client, lambda points: [len(points) - 1])
    assert await lost(receipts) != []


@pytest.mark.usefixtures("accepting")
async def test_the_harness_catches_an_answer_after_a_rollback(town: Town) -> None:
    sender = await prepared(town)
    async with server(town, "never") as client:
        form = await sender.honest(9_000_000)
        answer = await insisted(client, sender.about, form, "k" * 20)
    assert answer.status_code == 201
    assert await lost([answer.json()]) != []


async def test_every_commit_waits_for_the_disk(town: Town) -> None:
    raw = db.connection()
    if db.is_postgres():
        rows = [await raw.execute_query_dict(f"SHOW {name}") for name in NEEDED]
        assert [list(row[0].values()) for row in rows] == [["on"]] * len(NEEDED)
        return
    assert (await raw.execute_query_dict("PRAGMA synchronous"))[0]["synchronous"] == 2
    assert (await raw.execute_query_dict("PRAGMA journal_mode"))[0]["journal_mode"] == "wal"
    assert (await raw.execute_query_dict("PRAGMA foreign_keys"))[0]["foreign_keys"] == 1


@pytest.mark.on_postgres
async def test_a_city_does_not_open_on_a_postgresql_that_answers_before_it_syncs(
    city: TestCity, settings: Settings
) -> None:
    name = json.loads(settings.database)["database"]
    await db.connection().execute_script(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await Tortoise.close_connections()
    with pytest.raises(MarketError, match=r"database\.not_durable"):
        async with open_database(settings):
            pass
