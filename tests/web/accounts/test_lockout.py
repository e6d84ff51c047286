import asyncio
import threading

import httpx2
import pytest

from market.accounts import hashing, known_browsers, passwords
from market.accounts.counters import network
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
    assert alert(fifth.text).startswith("连续 5 次没有登录成功，从这里用密码登录已暂停到 09:15")
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


def elsewhere(city: TestCity, address: str) -> httpx2.AsyncClient:
    """Another browser at another address."""
    transport = httpx2.ASGITransport(app=city.app, client=(address, 1))
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


THREE = ("system-admin", "security-admin", "audit-admin")


async def test_strangers_lock_out_nobody_at_the_usual_computer(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_verify", lambda typed, _: typed == passwords.DEMO_PASSWORD)
    await settle(city, *THREE)
    own = {who: elsewhere(city, "192.0.2.7") for who in THREE}
    secret = city.tools.keys.secret(known_browsers.KEY)
    for who, browser in own.items():
        browser.cookies.set("browser", known_browsers.with_one_more(secret, "", who))
    for number in range(12):
        async with elsewhere(city, f"198.51.100.{number}") as stranger:
            for who in (*THREE, "nobody-at-all"):
                await fail(stranger, who, 5)
    async with elsewhere(city, "203.0.113.1") as fresh:
        for who in (*THREE, "nobody-at-all"):
            stopped = await sign_in(fresh, who)
            assert stopped.status_code == 429, "strangers are stopped, of unknown names too"
            assert "数字证书" in alert(stopped.text)
            assert int(stopped.headers["retry-after"]) in range(1, 901)
    for who, browser in own.items():
        assert (await sign_in(browser, who)).status_code == 303, who
        assert (await fail(browser, who, 5)).status_code == 429, "its own guesses are counted"


async def test_a_completed_sign_in_makes_a_browser_known(
    client: httpx2.AsyncClient, city: TestCity
) -> None:
    await sign_in(client, "department")
    secret = city.tools.keys.secret(known_browsers.KEY)
    assert known_browsers.known(secret, client.cookies["browser"], "department")
    assert not known_browsers.known(secret, client.cookies["browser"], "security-admin")


async def test_one_address_is_stopped_before_it_reaches_many_names(
    client: httpx2.AsyncClient, city: TestCity, clock: FakeClock
) -> None:
    for number in range(5):
        await fail(client, f"somebody-{number}", 4)
    assert (await sign_in(client, "department")).status_code == 429
    async with elsewhere(city, "192.0.2.9") as other:
        assert (await sign_in(other, "department")).status_code == 303
    clock.forward(minutes=15)
    assert (await sign_in(client, "department")).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "a" * 22 + "." + "0" * 32, "é.", "." * 4000])
async def test_a_made_up_browser_is_a_stranger(client: httpx2.AsyncClient, cookie: str) -> None:
    assert known_browsers.known(b"k" * 32, cookie, "department") == ""
    kept = known_browsers.with_one_more(b"k" * 32, cookie, "department")
    for number in range(8):
        kept = known_browsers.with_one_more(b"k" * 32, kept, f"other-{number}")
    assert known_browsers.known(b"k" * 32, kept, "other-7")
    assert not known_browsers.known(b"k" * 32, kept, "department"), "the oldest makes room"
    assert not known_browsers.known(b"l" * 32, kept, "other-7")
    await fail(client, "department", 5)
    client.cookies.set("browser", kept)
    assert (await sign_in(client, "department")).status_code == 429


@pytest.mark.parametrize(
    ("typed", "counted"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1:2", "2001:db8::/64"), ("testclient", "testclient")],
)
def test_an_address_is_counted_as_one_customer_has_it(typed: str, counted: str) -> None:
    assert network(typed) == counted


async def test_forty_at_once_hash_a_few_at_a_time_and_stop_no_page(
    client: httpx2.AsyncClient, city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, held = threading.Event(), threading.Semaphore(0)
    running: set[object] = set()
    most = 0

    def verify(_password: str, _stored: str) -> bool:
        nonlocal most
        me = object()
        running.add(me)
        most = max(most, len(running))
        held.release()
        assert gate.wait(30), "the test opens the gate"
        running.discard(me)
        return False

    monkeypatch.setattr(passwords, "_verify", verify)
    crowd = [elsewhere(city, f"192.0.2.{number}") for number in range(40)]
    tries = [asyncio.create_task(sign_in(one, f"name-{n}", WRONG)) for n, one in enumerate(crowd)]
    for _ in range(hashing.AT_ONCE):
        assert await asyncio.to_thread(held.acquire, timeout=30), "all places are taken"
    turned_away = len(crowd) - hashing.AT_ONCE - hashing.MOST_WAITING
    for early, answer in enumerate(asyncio.as_completed(tries), 1):
        told = await answer
        assert told.status_code == 429
        assert told.headers["retry-after"] == "5"
        assert "没有核对密码" in alert(told.text)
        assert 'value="name-' in told.text, "the name is kept"
        if early == turned_away:
            break
    for page in ("/", "/sign-in", "/projects", "/log/"):
        assert (await client.get(page)).status_code == 200
    assert len(running) == hashing.AT_ONCE
    gate.set()
    answers = await asyncio.gather(*tries)
    assert most == hashing.AT_ONCE
    assert sorted({answer.status_code for answer in answers}) == [422, 429]
    assert [answer.status_code for answer in answers].count(429) == turned_away
