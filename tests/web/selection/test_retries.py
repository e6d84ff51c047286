"""R5: a retry does nothing twice, whatever it is that comes again."""

import asyncio
from uuid import uuid4

import httpx2
import pytest

from market.audit.models import LedgerHead, SecurityEvent
from market.infra.idempotency import Answer
from market.selection.models import Submission
from tests.factories.sending import Sender, path_of
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town

MANY = 50


@pytest.fixture
async def sender(town: Town, accepting: RoundAsItStands, client: httpx2.AsyncClient) -> Sender:
    return Sender(town, client, accepting.about, town.applicants[0])


async def test_without_a_key_nothing_is_done(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    for address in ("envelopes", "withdrawals", "admission"):
        answer = await sender.client.post(path_of(sender.about, address), json=form)
        assert (answer.status_code, answer.json()["key"]) == (400, "idempotency.missing")
    assert not await Submission.exists()
    assert await SecurityEvent.filter(key="idempotency.missing").count() == 3


async def test_the_same_key_gives_the_same_answer_and_other_content_is_refused(
    sender: Sender,
) -> None:
    key, form = str(uuid4()), await sender.honest(9_000_000)
    first = await sender.upload(form, key)
    size = (await LedgerHead.get(id=1)).size
    sender.town.clock.forward(days=30)
    again = await sender.upload(form, key)
    assert (again.status_code, again.content) == (201, first.content), "even after the deadline"
    other = await sender.upload({**form, "identity": form["application"]}, key)
    assert (other.status_code, other.json()["key"]) == (422, "idempotency.other_payload")
    elsewhere = await sender.send("withdrawals", dict(sender.withdrawal(1)), key)
    assert (elsewhere.status_code, elsewhere.json()["key"]) == (422, "idempotency.other_payload")
    assert (await LedgerHead.get(id=1)).size == size


async def test_a_refusal_leaves_the_key_free(sender: Sender) -> None:
    key, form = str(uuid4()), await sender.honest(9_000_000)
    early = sender.town.clock()
    sender.town.clock.now = (await sender.town.round(sender.about)).deadline_at
    assert (await sender.upload(form, key)).status_code == 409
    sender.town.clock.now = early
    assert (await sender.upload(form, key)).status_code == 201


async def test_fifty_sends_of_one_key_have_one_effect(sender: Sender) -> None:
    key, form = str(uuid4()), await sender.honest(9_000_000)
    before = (await LedgerHead.get(id=1)).size
    answers = await asyncio.gather(*(sender.upload(form, key) for _ in range(MANY)))
    assert {one.status_code for one in answers} == {201}, [one.text for one in answers][:1]
    assert len({one.content for one in answers}) == 1
    assert await Submission.all().count() == 1
    assert await Answer.filter(key=key).count() == 1
    assert (await LedgerHead.get(id=1)).size == before + 1


async def test_fifty_sends_under_fifty_keys_have_one_effect_too(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    before = (await LedgerHead.get(id=1)).size
    answers = await asyncio.gather(*(sender.upload(form) for _ in range(MANY)))
    assert {one.status_code for one in answers} == {201}, [one.text for one in answers][:1]
    assert len({one.content for one in answers}) == 1
    assert await Submission.all().count() == 1
    assert (await LedgerHead.get(id=1)).size == before + 1
