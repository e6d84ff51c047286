"""R3: no write is acknowledged before the disk has it, seen by what the kernel is asked for.

``kill -9`` does not test this: what a killed process wrote is in the kernel's hands, and only power
that fails would lose it.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from market.kernel.actors import Role
from tests.factories import syscalls
from tests.factories.people import enter
from tests.factories.sending import Sender, path_of
from tests.factories.serving import server
from tests.factories.syscalls import Acknowledged
from tests.factories.town import Town

pytestmark = pytest.mark.on_sqlite  # PostgreSQL syncs in its own processes; see test_killed.py
LOG = "market.sqlite-wal"
Acts = Callable[[Town, httpx2.AsyncClient], Awaitable[None]]


@pytest.fixture
def traceable(tmp_path: Path) -> None:
    """Only where tracing is permitted."""
    reason = syscalls.why_not(tmp_path)
    if reason.startswith("ptrace"):
        pytest.skip(reason)
    assert not reason, reason


async def draft(town: Town, client: httpx2.AsyncClient) -> None:
    """An owner begins a need, as its page does."""
    await enter(town.city, client, "owner", Role.OWNER)
    headers = {"sec-fetch-site": "same-origin"}
    form = {"idempotency_key": str(uuid4())}
    answer = await client.post("/my/projects/new", data=form, headers=headers)
    assert answer.status_code == 303, answer.text
    client.cookies.clear()


async def round_of_writes(town: Town, client: httpx2.AsyncClient) -> None:
    """Every kind of write that comes before a deadline, one by one, and a page between."""
    about = (await town.publish(way="price")).about
    await draft(town, client)
    for seq, applicant in enumerate(town.applicants[:2], 1):
        sender = Sender(town, client, about, applicant)
        await sender.admission()
        await sender.applied(9_000_000 - seq, seq)
    assert (await sender.send("withdrawals", sender.withdrawal(2))).status_code == 201
    assert (await client.get(path_of(about, "terms"))).status_code == 200


async def traced(town: Town, tmp_path: Path, acts: Acts, bug: str = "") -> list[Acknowledged]:
    """What was acknowledged while ``acts`` ran against a server that is traced."""
    trace = tmp_path / "trace"
    async with server(town, bug, before=(*syscalls.STRACE, "-o", str(trace))) as client:
        await acts(town, client)
    return list(syscalls.acknowledged(syscalls.calls(trace.read_text("utf-8", "replace")), LOG))


@pytest.mark.usefixtures("traceable")
async def test_nothing_is_acknowledged_before_the_disk_has_it(town: Town, tmp_path: Path) -> None:
    said = await traced(town, tmp_path, round_of_writes)
    kinds = ("/my/projects/new", "/admission", "/envelopes", "/admission", "/envelopes")
    assert len(said) == len(kinds) + 1
    for one, kind in zip(said, (*kinds, "/withdrawals"), strict=True):
        assert kind in one.request, said
    assert [one for one in said if not one.written] == []
    assert [one for one in said if not one.synced] == []


@pytest.mark.usefixtures("traceable")
async def test_the_harness_notices_a_database_that_does_not_sync(
    town: Town, tmp_path: Path
) -> None:
    said = await traced(town, tmp_path, round_of_writes, "unsynced")
    assert len(said) == 6
    assert all(one.written for one in said)
    assert not any(one.synced for one in said)


@pytest.mark.usefixtures("traceable")
async def test_the_harness_notices_an_answer_before_the_commit(town: Town, tmp_path: Path) -> None:
    said = await traced(town, tmp_path, draft, "early")
    assert [one.synced for one in said] == [False]
