"""A forgotten password: set anew by the security administrator, shown once, changed at once."""

from html import unescape
from re import search

import httpx2
import pytest

from market.accounts.models import Person, Session, SignIn
from market.audit.models import LedgerEntry, SecurityEvent
from market.kernel.actors import Role
from tests.factories.city import TestCity
from tests.factories.dump import dumped
from tests.factories.people import alert, carry, enter, post, settle, sign_in

RESET = "/admin/people/department/password/reset"


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "department", "security-admin")


async def reset(city: TestCity, client: httpx2.AsyncClient) -> str:
    """Reset as the security administrator; gives what the page shows."""
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    page = await post(client, RESET)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    found = search(r'<p><code class="code">([^<]+)</code>', page.text)
    assert found
    client.cookies.clear()
    return unescape(found[1])


async def test_the_one_time_password_opens_the_way_to_a_new_one_only(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    given = await reset(city, client)
    assert (await sign_in(client, "department")).status_code == 422
    entered = await sign_in(client, "department", given)
    assert entered.headers["location"] == "/sign-in/new-password"
    assert "session" not in client.cookies
    assert "密码刚被重置" in (await client.get("/sign-in/new-password")).text
    same = {"new_password": given, "repeated": given}
    assert "用过" in alert((await post(client, "/sign-in/new-password", **same)).text)
    own = {"new_password": "My-own-words-7", "repeated": "My-own-words-7"}
    done = await post(client, "/sign-in/new-password", **own)
    assert done.headers["location"] == "/desk"
    client.cookies.clear()
    assert (await sign_in(client, "department", given)).status_code == 422


async def test_every_session_and_every_sign_in_on_its_way_ends(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    token = await enter(city, client, "department", Role.DEPARTMENT)
    await Person.filter(code="department").update(must_change_password=True)
    client.cookies.clear()
    await sign_in(client, "department")
    half_way = client.cookies["sign_in"]
    assert await SignIn.all().count() == 1
    await reset(city, client)
    carry(client, token)
    assert (await client.get("/account")).status_code == 303
    ended = await Session.get(grant__person_id="department")
    assert ended.ended_by == "security_admin:security-admin"
    client.cookies.clear()
    client.cookies.set("sign_in", half_way)
    own = {"new_password": "My-own-words-7", "repeated": "My-own-words-7"}
    late = await post(client, "/sign-in/new-password", **own)
    assert "session" not in client.cookies
    assert late.status_code == 401 or "/sign-in" in late.headers["location"]


async def test_it_stands_in_the_ledger_and_among_the_events_without_the_password(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    given = await reset(city, client)
    entry = await LedgerEntry.get(tag="person:password_reset", about="person:department")
    assert b'"by":"security_admin:security-admin"' in entry.data
    event = await SecurityEvent.get(key="accounts.event.password_reset")
    assert event.facts == {"person": "department"}
    assert given not in await dumped()


async def test_asked_twice_there_is_another_one_and_the_first_is_void(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    first, second = await reset(city, client), await reset(city, client)
    assert first != second
    assert (await sign_in(client, "department", first)).status_code == 422
    assert (await sign_in(client, "department", second)).status_code == 303


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "只显示一次"), ("en", "shown once")])
async def test_the_pages_say_what_will_happen(
    city: TestCity, client: httpx2.AsyncClient, locale: str, words: str
) -> None:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    headers = {"accept-language": locale}
    page = await client.get("/admin/people/department", headers=headers)
    assert words in page.text
    assert f'action="{RESET}"' in page.text
    client.cookies.clear()
    promised = unescape((await client.get("/sign-in", headers=headers)).text)
    assert ("安全管理员，核实身份后重置" in promised) is (locale == "zh-CN")
    assert ("ask the operator's security administrator" in promised) is (locale == "en")


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "现已过期"), ("en", "ran out 72 hours")])
async def test_it_runs_out_after_three_days(
    city: TestCity, client: httpx2.AsyncClient, lang: str, words: str
) -> None:
    given = await reset(city, client)
    city.clock.forward(hours=72)
    client.headers["accept-language"] = lang
    late = await sign_in(client, "department", given)
    assert late.status_code == 403
    assert words in unescape(late.text)
    assert "sign_in" not in client.cookies
    assert (await sign_in(client, "department", "wrong-Words-1")).status_code == 422
    again = await reset(city, client)
    city.clock.forward(hours=71, minutes=59)
    entered = await sign_in(client, "department", again)
    assert entered.headers["location"] == "/sign-in/new-password"


async def test_a_password_of_ones_own_does_not_run_out_so(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    given = await reset(city, client)
    await sign_in(client, "department", given)
    own = {"new_password": "My-own-words-7", "repeated": "My-own-words-7"}
    await post(client, "/sign-in/new-password", **own)
    client.cookies.clear()
    city.clock.forward(hours=73)
    assert (await sign_in(client, "department", "My-own-words-7")).status_code == 303
