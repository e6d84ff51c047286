"""R2: what follows a commit may fail or be killed: the deed is done, answered, and made up for.

A publication is followed by the round's own secret and by a live event, an end by the destruction
of that secret. Nobody is told of a failure where something happened.
"""

import asyncio
import errno
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from market.demo.players import apply_sealed, publication_form
from market.infra import db, live
from market.infra.keys import KeyFolder
from market.kernel.actors import Role
from market.selection.jobs import tend_keys
from market.selection.models import Round
from market.selection.round_secrets import ROUND_KEY, round_key_name
from market.selection.states import State
from tests.factories.people import enter
from tests.factories.town import OWNER, Town


class Killed(BaseException):
    """What a process that is killed does from here on: nothing."""


FAULTS = {"raised": OSError(errno.ENOSPC, "No space left on device"), "killed": Killed()}


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> BaseException:
    return FAULTS[request.param]


def break_keys(patch: pytest.MonkeyPatch, act: str, fault: BaseException, *, late: bool) -> None:
    """Let the store fail at secrets of rounds: before it does something, or when it has."""
    honest = getattr(KeyFolder, act)

    def failing(self: KeyFolder, name: str) -> Any:
        if name.startswith(ROUND_KEY):
            if late:
                honest(self, name)
            raise fault
        return honest(self, name)

    patch.setattr(KeyFolder, act, failing)


async def heard(queue: asyncio.Queue[dict[str, Any]], state: State) -> bool:
    """Whether a listener hears of the state; PostgreSQL takes a moment."""
    async with asyncio.timeout(5):
        while (await queue.get())["state"] != state:
            pass
    return True


async def publication(town: Town, code: str) -> dict[str, Any]:
    """What the owner's browser sends."""
    _, form = await publication_form(town.call(OWNER), code, town.signers[OWNER.code])
    return form.model_dump()


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_publication_whose_secret_fails_is_published(
    town: Town, client: httpx2.AsyncClient, fault: BaseException, *, late: bool
) -> None:
    await town.turns()
    code = await town.ready()
    form = await publication(town, code)
    headers = {"idempotency-key": str(uuid4()), "sec-fetch-site": "same-origin"}
    await enter(town.city, client, "owner", Role.OWNER)

    async def send() -> httpx2.Response:
        return await client.post(f"/api/projects/{code}/publication", json=form, headers=headers)

    async with live.between_workers(), live.listening(f"round:{code}/1") as queue:
        with pytest.MonkeyPatch.context() as patch:
            break_keys(patch, "secret", fault, late=late)
            if isinstance(fault, Killed):
                with pytest.raises(Killed):
                    await send()
            else:
                assert (await send()).status_code == 200
                assert await heard(queue, State.PUBLISHED)
    town.restart()
    assert (await send()).status_code == 200, "the same key, the same answer"
    (round_,) = await Round.filter(project=code)
    keys = town.city.tools.keys
    assert (keys.names(ROUND_KEY) == [round_key_name(round_.about)]) is late
    await tend_keys(town.call())
    secret = keys.secret(round_key_name(round_.about))
    await town.turns()
    one = town.applicants[0]
    await apply_sealed(town.call(one.actor), round_.about, one.signer, 9_000_000)
    await tend_keys(town.call())
    assert keys.names(ROUND_KEY) == [round_key_name(round_.about)]
    assert keys.secret(round_key_name(round_.about)) == secret


async def test_an_end_whose_secret_cannot_be_destroyed_is_an_end(
    town: Town, revealed: Round, fault: BaseException
) -> None:
    keys, topic = town.city.tools.keys, revealed.about
    async with live.between_workers(), live.listening(topic) as queue:
        with pytest.MonkeyPatch.context() as patch:
            break_keys(patch, "destroy", fault, late=False)
            if isinstance(fault, Killed):
                with pytest.raises(Killed):
                    await town.later(days=3)
            else:
                await town.later(days=3)
                assert await heard(queue, State.CONCLUDED)
    assert (await town.round(topic)).state is State.CONCLUDED
    assert keys.names(ROUND_KEY) == [round_key_name(topic)]
    await tend_keys(town.call())
    assert keys.names(ROUND_KEY) == []


async def test_one_that_fails_keeps_nobody_else_from_following(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def failing() -> None:
        raise FAULTS["raised"]

    async with db.unit() as running:
        running.after |= {"secret": failing, "event": lambda: told.append("event")}
    assert told == ["event"]
    assert "what follows a unit failed: secret" in caplog.text
