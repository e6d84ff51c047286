"""Security events: who, when, what was refused; never what was typed, and nobody at a round."""

import httpx2
import pytest

from market.audit.models import SecurityEvent
from market.kernel.actors import Role
from tests.factories.city import TestCity
from tests.factories.people import enter, settle

OWN = {"sec-fetch-site": "same-origin"}
SECRET = "nobody-may-keep-this"


@pytest.fixture(autouse=True)
async def department(city: TestCity, client: httpx2.AsyncClient) -> None:
    await settle(city, "department")
    await enter(city, client, "department", Role.DEPARTMENT)
    await SecurityEvent.all().delete()


async def kept() -> list[SecurityEvent]:
    return await SecurityEvent.all().order_by("id")


async def test_a_refused_write_is_kept_with_who_when_and_what(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    data = {"idempotency_key": "k" * 20, "title": SECRET}
    answer = await client.post("/admin/people/new", data=data, headers=OWN)
    assert answer.status_code == 403
    [event] = await kept()
    assert (event.key, event.path) == ("guard.forbidden", "/admin/people/new")
    assert event.actor.startswith("department:")
    assert event.at == city.clock()
    assert SECRET not in repr(dict(event))


async def test_who_was_refused_at_a_round_is_not_told(client: httpx2.AsyncClient) -> None:
    for path in ("admission", "envelopes", "withdrawals"):
        there = f"/api/rounds/DZ-2026-000001/1/{path}"
        await client.post(there, content=SECRET, headers=OWN)
    events = await kept()
    assert len(events) == 3
    assert {event.actor for event in events} == {"anyone:untold"}
    assert SECRET not in repr([dict(event) for event in events])


async def test_reading_and_what_is_not_there_leave_nothing(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/my/projects")).status_code == 403
    assert (await client.get("/nowhere")).status_code == 404
    await client.post("/nowhere", data={"a": "b"}, headers=OWN)
    assert await kept() == []


async def test_a_path_as_long_as_it_may_be_is_cut(client: httpx2.AsyncClient) -> None:
    await client.post("/admin/people/" + "x" * 1500 + "/suspend", data={}, headers=OWN)
    [event] = await kept()
    assert event.key == "idempotency.missing"
    assert len(event.path) == 200
