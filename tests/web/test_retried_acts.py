"""R5 at several kinds of act: a key gives its first answer to the same person, for the same act."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2
import pytest

from market.audit.models import LedgerHead, SecurityEvent
from market.infra.idempotency import Answer
from market.projects.models import Project
from tests.factories.city import TestCity
from tests.factories.owners import OWNER, RIVAL, Browser, make_ready, open_market


@dataclass(frozen=True, slots=True)
class Act:
    """Where it is sent, and what; ``state`` is that of the project that it is about."""

    path: str
    state: str = ""
    data: dict[str, str] = field(default_factory=dict)


ACTS = (
    Act("/my/projects/new"),
    Act("/my/projects/{code}/step/1", "draft", {"title": "滨河路", "later": "yes"}),
    Act("/my/projects/{code}/step/1/draft", "draft", {"title": "滨河路"}),
    Act("/my/projects/{code}/copy", "ready"),
    Act("/my/projects/{code}/discard", "ready"),
    Act("/my/projects/{code}/restore", "discarded"),
)


@pytest.fixture
async def owner(city: TestCity, client: httpx2.AsyncClient) -> Browser:
    await open_market(city)
    return Browser(client, OWNER)


async def address(city: TestCity, owner: Browser, act: Act) -> str:
    """Where the act is sent, about a project that it fits."""
    if act.state == "draft":
        begun = await owner.post("/my/projects/new")
        return act.path.format(code=begun.headers["location"].split("/")[3])
    code = await make_ready(city) if act.state else ""
    if act.state == "discarded":
        assert (await owner.post(f"/my/projects/{code}/discard")).status_code == 303
    return act.path.format(code=code)


def said(answer: httpx2.Response) -> tuple[int, str, bytes]:
    return answer.status_code, answer.headers.get("location", ""), answer.content


async def kept() -> tuple[int, ...]:
    """How much there is: entries, projects, answers."""
    size = (await LedgerHead.get(id=1)).size
    return size, await Project.all().count(), await Answer.all().count()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.path)
async def test_an_act_is_done_once_and_told_alike_to_who_did_it(
    city: TestCity, owner: Browser, act: Act
) -> None:
    path, key = await address(city, owner, act), str(uuid4())
    answers = await asyncio.gather(*(owner.post(path, key, **act.data) for _ in range(3)))
    assert answers[0].status_code < 400, answers[0].text
    after = await kept()
    city.clock.forward(minutes=5)
    answers.append(await owner.post(path, key, **act.data))
    assert len({said(one) for one in answers}) == 1, "at once, and later"

    others = (
        await owner.post(path, key, **act.data, more="x"),
        await owner.post("/my/projects/DZ-2026-000099/copy", key, **act.data),
        await Browser(owner.client, RIVAL).post(path, key, **act.data),
    )
    assert {one.status_code for one in others} == {422}
    assert await SecurityEvent.filter(key="idempotency.other_payload").count() == len(others)
    assert await kept() == after


async def test_a_key_is_free_for_its_act_when_that_was_refused(
    city: TestCity, owner: Browser
) -> None:
    code, key = await make_ready(city), str(uuid4())
    restore = f"/my/projects/{code}/restore"
    assert (await owner.post(restore, key)).status_code == 409
    assert (await owner.post(f"/my/projects/{code}/discard")).status_code == 303
    assert (await owner.post(restore, key)).status_code == 303
