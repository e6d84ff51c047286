"""Asking for another attempt over HTTP: pages, retries, refusals that leave a trace."""

import html
import re
from uuid import uuid4

import httpx2
import pytest

from market.audit.models import LedgerHead, SecurityEvent
from market.kernel.actors import Role
from market.projects.models import Project, Redo
from market.projects.states import State
from tests.factories.people import enter
from tests.factories.redoing import Hand, fail, owner_of, publish_again, regulator_of
from tests.factories.town import Town


@pytest.fixture
async def owner(town: Town) -> Hand:
    return await owner_of(town)


async def send(
    client: httpx2.AsyncClient, path: str, body: dict[str, str], key: str = ""
) -> httpx2.Response:
    headers = {"idempotency-key": key or str(uuid4()), "sec-fetch-site": "same-origin"}
    return await client.post(path, json=body, headers=headers)


def to_sign(page: str) -> str:
    found = re.search(r'data-part="statement">([^<]*)</pre>', page)
    assert found
    return html.unescape(found[1])


async def test_the_owner_chooses_reads_and_signs_and_a_retry_does_nothing_twice(
    town: Town, client: httpx2.AsyncClient, owner: Hand, failed: str
) -> None:
    await enter(town.city, client, "owner", Role.OWNER)
    desk = (await client.get("/my/projects?tab=ended")).text
    assert f'href="/my/projects/{failed}/redo"' in desk
    page = (await client.get(f"/my/projects/{failed}/redo")).text
    assert "data-sign-statement" not in page
    for word in ("报名机构不足", "有串通的证据", "公告内容有误"):
        assert word in page
    assert "递补名单用尽" not in page, "what did not happen is no reason"
    page = (await client.get(f"/my/projects/{failed}/redo?reason=EXHAUSTED")).text
    assert "data-sign-statement" not in page
    page = (await client.get(f"/my/projects/{failed}/redo?reason=TOO_FEW")).text
    address = f"/api/projects/{failed}/attempts/1/redo"
    assert f'data-answer="{address}"' in page
    town.clock.forward(minutes=3)
    form, key = owner.form(to_sign(page)), str(uuid4())
    first = await send(client, address, form, key)
    assert (first.status_code, first.json()) == (
        200,
        {"location": f"/my/projects/{failed}/step/5?from=check#deadline_at"},
    )
    size = (await LedgerHead.get(id=1)).size
    town.clock.forward(minutes=20)
    town.renew()
    again = await send(client, address, form, key)
    assert (again.status_code, again.content) == (200, first.content), "even when it is old by now"
    anew = await send(client, address, form)
    assert (anew.status_code, anew.json()["key"]) == (409, "project.not_failed")
    assert (await LedgerHead.get(id=1)).size == size
    assert await Redo.all().count() == 1


async def test_a_refusal_leaves_its_trace_and_nothing_else(
    town: Town, client: httpx2.AsyncClient, owner: Hand, failed: str
) -> None:
    await enter(town.city, client, "owner", Role.OWNER)
    address = f"/api/projects/{failed}/attempts/1/redo"
    said = await owner.statement(failed)
    good = owner.form(said)
    size = (await LedgerHead.get(id=1)).size
    for body, key in (
        ({**good, "cms_b64": "%%%"}, "accounts.cms_unreadable"),
        ({**good, "cms_b64": good["statement"].encode().hex()}, None),
        ({**good, "statement": said.replace("TOO_FEW", "COURT_ORDER")}, None),
        (owner.form(said.replace("TOO_FEW", "BECAUSE")), "project.redo_reason"),
        ((await regulator_of(town)).form(said), "documents.signed_by_another"),
    ):
        events = await SecurityEvent.all().count()
        answer = await send(client, address, body)
        assert answer.status_code in {403, 422}, answer.text
        assert key is None or answer.json()["key"] == key
        assert await SecurityEvent.all().count() == events + 1
    assert (await LedgerHead.get(id=1)).size == size
    assert (await Project.get(code=failed)).state is State.FAILED
    for attempt in ("2", "9007199254740993", "99999999999999999999"):
        answer = await send(client, f"/api/projects/{failed}/attempts/{attempt}/redo", good)
        assert answer.status_code in {404, 409}


async def test_everybody_reads_why_and_a_regulator_finds_what_waits(
    town: Town, client: httpx2.AsyncClient, owner: Hand, failed: str
) -> None:
    await owner.ask(failed)
    await fail(town, await publish_again(town, failed))
    await owner.ask(failed)
    public = (await client.get(f"/projects/{failed}")).text
    assert "等待监管部门会签" in public
    assert "第 2 次重新选取" in public
    client.cookies.set("lang", "en")
    public = (await client.get(f"/projects/{failed}")).text
    assert "Too few applications" in public
    assert "Waiting for the regulator" in public
    ledger = (await client.get(f"/log/projects/{failed}")).text
    assert "Redo no. 2 · Too few applications" in ledger
    await enter(town.city, client, "regulator", Role.REGULATOR)
    desk = (await client.get("/desk")).text
    assert f'href="/oversight/rounds/{failed}/2/redo"' in desk
    page = (await client.get(f"/oversight/rounds/{failed}/2/redo")).text
    regulator = await regulator_of(town)
    address = f"/api/projects/{failed}/attempts/2/redo/agreement"
    assert f'data-answer="{address}"' in page
    answer = await send(client, address, regulator.form(to_sign(page)))
    assert answer.json() == {"location": f"/projects/{failed}"}
    assert (
        "data-sign-statement" not in (await client.get(f"/oversight/rounds/{failed}/2/redo")).text
    )
    assert (await Project.get(code=failed)).state is State.READY
    assert (await client.get(f"/oversight/rounds/{failed}/9/redo")).status_code == 404


async def test_what_is_too_late_to_publish_leads_to_the_date(
    town: Town, client: httpx2.AsyncClient, owner: Hand, failed: str
) -> None:
    await town.turns()
    fresh = await town.ready()
    await owner.ask(failed)  # its date is the failed attempt's
    await enter(town.city, client, "owner", Role.OWNER)
    assert (await client.get(f"/projects/{fresh}/publish")).status_code == 200
    for code, days in ((failed, 0), (fresh, 20)):
        town.clock.forward(days=days)
        await enter(town.city, client, "owner", Role.OWNER)
        date = f"/my/projects/{code}/step/5?from=check#deadline_at"
        led = await client.get(f"/projects/{code}/publish")
        assert (led.status_code, led.headers["location"]) == (303, date)
        assert 'href="#deadline_at"' in (await client.get(date)).text, "which point is said"
        page = (await client.get(f"/projects/{code}")).text
        assert "报名截止时间已过" in page
        assert f'href="{html.escape(date)}"' in page


async def test_every_attempt_stays_on_the_project_page(
    town: Town, client: httpx2.AsyncClient, owner: Hand, failed: str
) -> None:
    assert "历次选取" not in (await client.get(f"/projects/{failed}")).text
    await owner.ask(failed)
    await publish_again(town, failed)
    newest = (await client.get(f"/projects/{failed}")).text
    assert f'href="/projects/{failed}?attempt=1&amp;tab=selection"' in newest
    assert "次选取流标" not in newest.split('id="tab-selection"')[1].split("历次选取")[0]
    first = (await client.get(f"/projects/{failed}?attempt=1")).text
    assert "第 1 次选取流标" in first
    assert "它已经结束" in first
    assert f"/rounds/{failed}/1/events" in first
    for number in ("0", "3", "x", "１", "9" * 40):
        assert (await client.get(f"/projects/{failed}?attempt={number}")).status_code == 404
