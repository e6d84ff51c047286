"""S5: rights end at once; an old session is replayed after each way of losing them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest

from market.accounts import jobs
from market.accounts.models import Grant, Person, Session
from market.accounts.queries import actor_of
from market.audit.models import LedgerEntry
from market.kernel.actors import Actor, Role
from market.kernel.errors import MarketError
from tests.factories.asked import statements
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import carry, enter, post, settle

Act = Callable[[httpx2.AsyncClient], Awaitable[httpx2.Response]]


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "department", "security-admin", "owner")


@pytest.fixture
async def admin(city: TestCity) -> httpx2.AsyncClient:
    browser = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=city.app), base_url="http://127.0.0.1:8000"
    )
    await enter(city, browser, "security-admin", Role.SECURITY_ADMIN)
    return browser


async def suspend(admin: httpx2.AsyncClient) -> httpx2.Response:
    return await post(admin, "/admin/people/department/suspend")


async def end_grant(admin: httpx2.AsyncClient) -> httpx2.Response:
    grant = await Grant.get(person_id="department")
    return await post(admin, f"/admin/people/department/grants/{grant.code}/end")


async def end_session(admin: httpx2.AsyncClient) -> httpx2.Response:
    session = await Session.get(grant__person_id="department")
    return await post(admin, f"/admin/people/department/sessions/{session.code}/end")


@pytest.mark.parametrize("act", [suspend, end_grant, end_session])
async def test_an_old_session_is_nobody_at_the_next_request(
    city: TestCity, client: httpx2.AsyncClient, admin: httpx2.AsyncClient, act: Act
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    assert (await client.get("/account")).status_code == 200
    assert (await act(admin)).status_code == 303
    assert (await client.get("/account")).headers["location"] == "/sign-in?next=/account"
    refused = await post(client, "/account/sessions/end")
    assert refused.status_code == 401


async def test_a_suspended_person_stays_out_and_their_sessions_do_not_come_back(
    city: TestCity, client: httpx2.AsyncClient, admin: httpx2.AsyncClient
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    await suspend(admin)
    with pytest.raises(MarketError, match=r"accounts\.no_role"):
        await enter(city, client, "department", Role.DEPARTMENT)
    await post(admin, "/admin/people/department/reactivate")
    assert (await client.get("/account")).status_code == 303
    await enter(city, client, "department", Role.DEPARTMENT)
    assert (await client.get("/account")).status_code == 200


async def test_rights_that_are_gone_in_the_database_are_gone_at_once(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    await Person.filter(code="department").update(state="suspended")
    assert (await client.get("/account")).status_code == 303
    await Person.filter(code="department").update(state="active")
    assert (await client.get("/account")).status_code == 200
    await Grant.filter(person_id="department").update(until_at=city.clock())
    assert (await client.get("/account")).status_code == 303


async def test_a_grant_ends_when_its_time_has_come(
    city: TestCity, client: httpx2.AsyncClient, admin: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await end_grant(admin)
    await post(
        admin,
        "/admin/people/department/grants",
        role="department",
        regions="511700",
        until="2026-11-23",
    )
    grant = await Grant.get(person_id="department", ended_at=None)
    assert grant.until_at is not None
    assert grant.until_at.isoformat() == "2026-11-23T16:00:00+00:00"  # midnight in the city
    await enter(city, client, "department", Role.DEPARTMENT)
    far = city.clock() + timedelta(days=9)
    await Session.filter(grant_id=grant.code).update(idle_seconds=10**6, until_at=far)
    clock.now = grant.until_at
    clock.forward(milliseconds=-1)
    assert (await client.get("/account")).status_code == 200
    clock.forward(milliseconds=1)
    assert (await client.get("/account")).status_code == 303


async def test_an_idle_session_ends_and_a_used_one_does_not(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    for _ in range(4):
        clock.forward(minutes=29)
        assert (await client.get("/account")).status_code == 200
    clock.forward(minutes=30, milliseconds=1)
    assert (await client.get("/account")).status_code == 303


async def test_reading_writes_nothing_and_a_job_keeps_the_last_use(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    opened = (await Session.get()).seen_at
    clock.forward(minutes=10)
    await client.get("/account")
    assert (await Session.get()).seen_at == opened
    await jobs.keep_seen(city.call())
    assert (await Session.get()).seen_at == clock()
    clock.forward(minutes=29)
    assert (await client.get("/account")).status_code == 200


async def test_no_session_lives_longer_than_the_region_allows(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    for _ in range(12 * 3 - 1):
        clock.forward(minutes=20)
        assert (await client.get("/account")).status_code == 200
    clock.forward(minutes=20)
    assert (await client.get("/account")).status_code == 303


async def test_one_ends_ones_own_sessions_and_nobody_elses(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    old = await enter(city, client, "department", Role.DEPARTMENT)
    await enter(city, client, "owner", Role.OWNER)
    foreign = await Session.get(grant__person_id="department")
    assert (await post(client, f"/account/sessions/{foreign.code}/end")).status_code == 404
    await enter(city, client, "department", Role.DEPARTMENT)
    page = await client.get("/account")
    assert page.text.count("未知设备") == 2
    assert (await post(client, "/account/sessions/end")).status_code == 303
    assert (await client.get("/account")).text.count("未知设备") == 1
    carry(client, old)
    assert (await client.get("/account")).status_code == 303


async def test_changes_of_rights_stand_in_the_ledger_without_a_name(
    city: TestCity, admin: httpx2.AsyncClient
) -> None:
    await end_grant(admin)
    await suspend(admin)
    await post(admin, "/admin/people/department/reactivate")
    entries = await LedgerEntry.filter(about="person:department").order_by("index")
    assert [e.tag for e in entries] == [
        "person:enrolled",
        "person:granted",
        "person:grant_ended",
        "person:suspended",
        "person:reactivated",
    ]
    data = b"".join(bytes(e.data) for e in await LedgerEntry.all())
    assert b"security_admin:security-admin" in data
    for secret in ("蒋演水", "安演全", "13000000005", "511799"):
        assert secret.encode() not in data


async def test_an_actor_is_found_with_one_query(city: TestCity, client: httpx2.AsyncClient) -> None:
    token = await enter(city, client, "department", Role.DEPARTMENT)
    with statements() as asked:
        found = await actor_of(token, city.clock())
    assert len(asked) == 1
    assert found == Actor(
        Role.DEPARTMENT,
        "department",
        "蒋演水",
        "dep-water",
        "达州市水务局（演示）",
        ("511700",),
        (await Session.get()).code,
    )


WHY = {suspend: "身份或权限有变动", end_grant: "身份或权限有变动", end_session: "已在别处结束"}


@pytest.mark.parametrize("act", [suspend, end_grant, end_session])
async def test_the_line_says_the_true_cause(
    city: TestCity, client: httpx2.AsyncClient, admin: httpx2.AsyncClient, act: Act
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    await act(admin)
    assert WHY[act] in (await client.get("/sign-in?next=/account")).text
    refused = await post(client, "/account/sessions/end")
    assert (refused.status_code, WHY[act] in refused.text) == (401, True)
    client.cookies.clear()
    assert "请重新登录" not in (await client.get("/sign-in")).text


async def test_a_session_lasts_while_somebody_types(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await enter(city, client, "department", Role.DEPARTMENT)
    for _ in range(3):
        clock.forward(minutes=20)
        assert (await client.get("/api/session")).status_code == 204
    assert "data-signed-in" in (await client.get("/account")).text
    clock.forward(minutes=31)
    assert (await client.get("/api/session")).status_code == 401
    assert "登录已超时" in (await client.get("/sign-in")).text
