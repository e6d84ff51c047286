"""S20: the watched cannot become the watcher; what the security administrator tried alone."""

from datetime import timedelta
from html import unescape
from re import search
from typing import Any

import httpx2
import pytest

from market.accounts.models import Grant, Person, RightsRequest
from market.audit.models import LedgerEntry
from market.kernel.actors import Role
from market.web.panels import duties
from tests.factories.city import TestCity
from tests.factories.people import actor, credit_code, enter, post, settle, sign_in

ROLES = {
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
    "regulator": Role.REGULATOR,
}


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city)


async def as_(city: TestCity, client: httpx2.AsyncClient, who: str) -> httpx2.AsyncClient:
    await enter(city, client, who, ROLES[who])
    return client


async def asked(
    city: TestCity, client: httpx2.AsyncClient, who: str, path: str, **data: Any
) -> str:
    """Ask as ``who``; gives the address of the request."""
    answer = await post(await as_(city, client, who), f"/admin/people/{path}", **data)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/admin/requests/")
    return answer.headers["location"]


async def half(client: httpx2.AsyncClient, request: str) -> str:
    shown = search(r'<p><code class="code">([^<]+)</code>', (await client.get(request)).text)
    return unescape(shown[1]) if shown else ""


async def test_the_security_administrator_alone_does_not_become_the_audit_administrator(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    before = (await Person.get(code="audit-admin")).password_hash
    request = await asked(city, client, "security-admin", "audit-admin/password/reset")
    mine = await half(client, request)
    refused = await post(client, f"{request}/confirm")
    assert refused.status_code == 403
    assert "两个人" in refused.text
    assert (await Person.get(code="audit-admin")).password_hash == before
    client.cookies.clear()
    for tried in (mine, f"{mine}-{mine}"):
        assert (await sign_in(client, "audit-admin", tried)).status_code == 422
    await as_(city, client, "security-admin")
    file = {"certificate": ("c.pem", b"-----BEGIN", "application/x-pem-file")}
    assert (await post(client, "/admin/people/audit-admin/authenticator/reset")).status_code == 303
    answer = await client.post(
        "/admin/people/audit-admin/certificates",
        data={"idempotency_key": "a-key-of-its-own", "for": "person"},
        files=file,
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 422
    await enter(city, client, "audit-admin", Role.AUDIT_ADMIN)
    assert (await post(client, f"{request}/confirm")).status_code == 403, "not by the one concerned"
    assert "重置密码" in (await client.get("/account")).text


async def test_two_reset_a_password_and_neither_can_use_it(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    request = await asked(city, client, "security-admin", "regulator/password/reset")
    first = await half(client, request)
    await as_(city, client, "audit-admin")
    page = await client.get("/admin/requests")
    assert request in page.text
    assert await half(client, request) == ""
    assert (await post(client, f"{request}/confirm")).status_code == 303
    second = await half(client, request)
    assert first
    assert second
    assert first != second
    assert (await post(client, f"{request}/confirm")).status_code == 409
    assert await half(await as_(city, client, "security-admin"), request) == first
    client.cookies.clear()
    for tried in (first, second, f"{second}-{first}"):
        assert (await sign_in(client, "regulator", tried)).status_code == 422
    entered = await sign_in(client, "regulator", f"{first}-{second}")
    assert entered.headers["location"] == "/sign-in/enrol"
    later = city.clock() + timedelta(minutes=1)
    await Person.filter(code="regulator").update(password_at=later)
    assert await half(await as_(city, client, "audit-admin"), request) == ""
    tags = [e.tag for e in await LedgerEntry.filter(about="person:regulator").order_by("index")]
    assert tags[-3:] == ["person:asked", "person:password_reset", "person:confirmed"]
    told = (await LedgerEntry.filter(tag="person:confirmed").first() or LedgerEntry()).data
    assert b'"asked_by":"security_admin:security-admin"' in told
    assert b'"by":"audit_admin:audit-admin"' in told


@pytest.mark.parametrize(
    ("who", "confirms"),
    [
        ("regulator", "audit-admin"),
        ("system-admin", "audit-admin"),
        ("audit-admin", "system-admin"),
    ],
)
async def test_who_confirms_whom(
    city: TestCity, client: httpx2.AsyncClient, who: str, confirms: str
) -> None:
    request = await asked(city, client, "security-admin", f"{who}/authenticator/reset")
    for each, role in ROLES.items():
        mine = [duty.href for duty in await duties(city.call(actor(each, role)))]
        assert (request in mine) is (each == confirms), each
        seen = await (await as_(city, client, each)).get(request)
        assert ("/confirm" in seen.text) is (each == confirms), each
        if each != confirms:
            assert (await post(client, f"{request}/confirm")).status_code == 403, each
            assert (await post(client, f"{request}/refuse")).status_code == 403, each
        if each != "security-admin":
            withdrawn = await post(client, f"{request}/withdraw")
            assert withdrawn.status_code == 404, each
    assert (await post(await as_(city, client, confirms), f"{request}/refuse")).status_code == 303
    assert (await RightsRequest.get()).state == "refused"


async def test_a_lost_security_administrator_is_brought_back_by_the_two_others(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    request = await asked(city, client, "system-admin", "security-admin/authenticator/reset")
    assert (await post(await as_(city, client, "audit-admin"), f"{request}/confirm")).is_redirect
    forbidden = await post(
        await as_(city, client, "system-admin"), "/admin/people/regulator/suspend"
    )
    assert forbidden.status_code == 403


async def test_a_new_watcher_takes_two_from_the_first(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    body = {
        "credit_code": credit_code(9),
        "organisation_name": "测试监督办",
        "region": "511700",
    }
    new = body | {"kind": "regulator", "name": "试演新", "login": "new-one"}
    await as_(city, client, "system-admin")
    typed = await post(client, "/admin/people/new", **new, password="First-pass-1")
    assert typed.status_code == 422
    assert "半个一次性密码" in typed.text
    answer = await post(client, "/admin/people/new", **new)
    request = answer.headers["location"]
    first = await half(client, request)
    assert (await post(client, "/admin/people/new", **new)).status_code == 409
    assert await Person.filter(login="new-one").count() == 0
    assert (
        await post(await as_(city, client, "audit-admin"), f"{request}/confirm")
    ).status_code == 403
    await as_(city, client, "security-admin")
    assert "试演新" in (await client.get(request)).text
    assert (await post(client, f"{request}/confirm")).status_code == 303
    second = await half(client, request)
    person = (await Person.get(login="new-one")).code
    grant = await asked(
        city, client, "security-admin", f"{person}/grants", role="regulator", regions="511700"
    )
    assert not await Grant.filter(person_id=person).exists()
    assert (await post(await as_(city, client, "audit-admin"), f"{grant}/confirm")).is_redirect
    client.cookies.clear()
    entered = await sign_in(client, "new-one", f"{first}-{second}")
    assert entered.headers["location"] == "/sign-in/enrol"


async def test_a_request_runs_out_is_withdrawn_and_rests_on_who_asked(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    request = await asked(city, client, "security-admin", "regulator/suspend")
    assert (await post(client, "/admin/people/regulator/suspend")).status_code == 409
    assert (await post(client, f"{request}/withdraw")).status_code == 303
    request = await asked(city, client, "security-admin", "regulator/suspend")
    city.clock.forward(hours=72)
    late = await post(await as_(city, client, "audit-admin"), f"{request}/confirm")
    assert (late.status_code, "期限已过" in late.text) == (409, True)
    request = await asked(city, client, "security-admin", "regulator/suspend")
    await Grant.filter(person_id="security-admin").update(ended_at=city.clock(), held=None)
    stale = await post(await as_(city, client, "audit-admin"), f"{request}/confirm")
    assert (stale.status_code, "申请人现在已不能" in stale.text) == (409, True)
    assert (await Person.get(code="regulator")).state == "active"
    states = [row.state for row in await RightsRequest.all().order_by("asked_at")]
    assert sorted(states) == ["expired", "waiting", "withdrawn"]
