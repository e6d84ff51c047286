import httpx2
import pytest

from market.audit.models import SecurityEvent
from market.kernel.actors import Role
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import alert, enter, post, settle, sign_in

WRONG = "Wrong-password-1"


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "department", "security-admin")


async def fail(client: httpx2.AsyncClient, login: str, times: int) -> httpx2.Response:
    answers = [await sign_in(client, login, WRONG) for _ in range(times)]
    return answers[-1]


@pytest.mark.parametrize("login", ["department", "nobody-at-all"])
async def test_the_fifth_failure_locks_whoever_it_is(
    client: httpx2.AsyncClient, login: str
) -> None:
    assert (await fail(client, login, 4)).status_code == 422
    fifth = await sign_in(client, login, WRONG)
    assert fifth.status_code == 429
    assert alert(fifth.text).startswith("连续 5 次没有登录成功，这个账号已锁定到 09:15")
    assert (await sign_in(client, login)).status_code == 429


async def test_a_lock_runs_out_by_the_clock(client: httpx2.AsyncClient, clock: FakeClock) -> None:
    await fail(client, "department", 5)
    clock.forward(minutes=15, milliseconds=-1)
    assert (await sign_in(client, "department")).status_code == 429
    clock.forward(milliseconds=1)
    assert (await sign_in(client, "department")).status_code == 303


async def test_a_lock_that_ran_out_counts_anew(
    client: httpx2.AsyncClient, clock: FakeClock
) -> None:
    await fail(client, "department", 5)
    clock.forward(minutes=15)
    assert (await fail(client, "department", 4)).status_code == 422
    assert (await sign_in(client, "department")).status_code == 303


async def test_a_sign_in_forgives_the_failures_before_it(client: httpx2.AsyncClient) -> None:
    await fail(client, "department", 4)
    await sign_in(client, "department")
    assert (await fail(client, "department", 4)).status_code == 422


async def test_a_lock_touches_nobody_else_and_no_session(
    client: httpx2.AsyncClient, city: TestCity
) -> None:
    await sign_in(client, "department")
    transport = httpx2.ASGITransport(app=city.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as other:
        await fail(other, "department", 5)
        assert (await sign_in(other, "security-admin")).status_code == 303
    assert (await client.get("/account")).status_code == 200


@pytest.mark.parametrize("spelling", ["DEPARTMENT", " department ", "ｄepartment"])
async def test_spellings_of_one_name_share_its_failures(
    client: httpx2.AsyncClient, spelling: str
) -> None:
    await fail(client, "department", 4)
    assert (await sign_in(client, spelling, WRONG)).status_code == 429


async def test_the_security_administrator_unlocks(
    client: httpx2.AsyncClient, city: TestCity
) -> None:
    await fail(client, "department", 5)
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    page = await client.get("/admin/people/department")
    assert "锁定至" in page.text
    assert (await post(client, "/admin/people/department/unlock")).status_code == 303
    client.cookies.clear()
    assert (await sign_in(client, "department")).status_code == 303
    assert await SecurityEvent.filter(key="accounts.event.unlocked").count() == 1


async def test_every_failure_leaves_an_event_without_what_was_typed(
    client: httpx2.AsyncClient,
) -> None:
    await fail(client, "department", 6)
    events = await SecurityEvent.all()
    assert [e.key for e in events] == ["accounts.sign_in_wrong"] * 4 + ["accounts.locked"] * 2
    assert WRONG not in str([(e.facts, e.path, e.actor) for e in events])
