"""R1 for the other writes of a round's way: killed at points found by tracing, kept once.

Unknown outcomes are retried with their keys. The oracle is what the client was answered.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.kernel.actors import Role
from market.projects.models import Project
from market.selection.models import Admitted, Nullifier, Withdrawal
from tests.factories.people import enter
from tests.factories.points import Choice
from tests.factories.sending import Sender, path_of
from tests.factories.serving import prepared, server
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town
from tests.usecases.selection.test_killed import lost

TRIES = 400


@dataclass(frozen=True, slots=True)
class Write:
    """One address, what is sent there the n-th time, and the answer that acknowledges it."""

    client: httpx2.AsyncClient
    path: str
    body: Callable[[int], Any]
    done: int

    async def once(self, body: Any, key: str, **headers: str) -> httpx2.Response | None:
        """One try; None when it is unknown what became of it."""
        own = {"idempotency-key": key, "sec-fetch-site": "same-origin", **headers}
        try:
            return await self.client.post(self.path, json=body, headers=own)
        except httpx2.TransportError:
            return None

    async def insist(self, body: Any, key: str) -> httpx2.Response:
        """The same again until it is known."""
        for _ in range(TRIES):
            answer = await self.once(body, key)
            if answer is not None:
                assert answer.status_code == self.done, answer.text
                return answer
            await asyncio.sleep(0.05)
        raise AssertionError("the server does not stand up again")


async def harassed(trace: Path, write: Write, choose: Choice) -> list[list[httpx2.Response]]:
    """Kill the server at points of the write; all answers by their key."""
    first = await write.once(write.body(0), "k" * 20, **{"x-trace": str(trace)})
    assert first is not None
    assert first.status_code == write.done, first.text
    for _ in range(TRIES):
        if await asyncio.to_thread(trace.exists):
            break
        await asyncio.sleep(0.05)
    points = json.loads(await asyncio.to_thread(trace.read_text))
    answers = [[first]]
    for n, place in enumerate(choose(points), 1):
        body, key = write.body(n), str(uuid4())
        early = await write.once(body, key, **{"x-die": str(place)})
        known = [early] if early is not None and early.status_code == write.done else []
        answers.append([*known, await write.insist(body, key)])
    assert sum("commit" in point.lower() for point in points) >= 2
    assert len(points) > 10
    return answers


@pytest.fixture
def trace(town: Town) -> Path:
    return town.settings.data / "trace.json"


@pytest.mark.usefixtures("accepting")
async def test_every_withdrawal_that_was_acknowledged_is_in_the_ledger(
    town: Town, trace: Path, choose: Choice
) -> None:
    sender = await prepared(town)
    await sender.applied(9_000_000)
    async with server(town) as client:
        path = path_of(sender.about, "withdrawals")
        write = Write(client, path, lambda n: sender.withdrawal(n + 1), 201)
        answers = await harassed(trace, write, choose)
    assert await lost([one.json() for same in answers for one in same]) == []
    for same in answers:
        assert len({one.content for one in same}) == 1
    assert await Withdrawal.all().count() == len(answers)


async def test_every_admission_that_was_acknowledged_can_be_used(
    town: Town, accepting: RoundAsItStands, trace: Path, choose: Choice
) -> None:
    about = accepting.about
    keys: dict[int, Ed25519PrivateKey] = {}

    def body(n: int) -> dict[str, str]:
        key = keys.setdefault(n, Ed25519PrivateKey.generate())
        return {"author": key.public_key().public_bytes_raw().hex()}

    async with server(town) as client:
        await enter(town.city, client, town.applicants[0].actor.code, Role.AGENCY)
        write = Write(client, path_of(about, "admission"), body, 200)
        answers = await harassed(trace, write, choose)
        for n, same in enumerate(answers):
            assert {one.json()["admission"]["author"] for one in same} == {body(n)["author"]}
        client.cookies.clear()
        sender = Sender(town, client, about, town.applicants[0], keys[len(answers) - 1])
        sender.admitted = answers[-1][-1].json()
        await sender.applied(8_000_000)
    assert [one.author for one in await Admitted.all()] == [sender.author]
    assert await Nullifier.all().count() == 1


async def test_every_draft_that_was_acknowledged_is_there_once(
    town: Town, trace: Path, choose: Choice
) -> None:
    before = await Project.all().count()
    async with server(town) as client:
        await enter(town.city, client, "owner", Role.OWNER)
        write = Write(client, "/my/projects/new", lambda _n: {}, 303)
        answers = await harassed(trace, write, choose)
        places = [{one.headers["location"] for one in same} for same in answers]
        assert all(len(one) == 1 for one in places)
        for (place,) in places:
            assert (await client.get(place)).status_code == 200
    assert len(set.union(*places)) == len(answers)
    assert await Project.all().count() - before == len(answers)
