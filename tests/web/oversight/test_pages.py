"""Who may come in, what the pages say, and what becomes of hostile addresses and orders."""

import csv
import io
import re
from uuid import uuid4

import httpx2
import pytest

from market.agencies.models import Agency
from market.infra import job_heartbeats
from market.kernel.actors import Role
from market.selection.models import OpeningOrder, TrusteeAlarm
from signing.core.canonical import dumps, instant
from signing.regulator import requests
from signing.trustee import order_key
from tests.factories.openings import REASON, Case
from tests.factories.people import alert, enter, post
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town

ROLES = {
    "owner": Role.OWNER,
    "department": Role.DEPARTMENT,
    "regulator": Role.REGULATOR,
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
}
OVERSEERS = {"regulator", "audit-admin"}
DESK = ("running", "alarms", "trustees", "unnamed", "flagged", "failed", "repeated")


async def come(town: Town, client: httpx2.AsyncClient, who: str) -> None:
    await enter(town.city, client, who, ROLES[who])


def parts(page: str) -> set[str]:
    return {name for name in DESK if f'id="{name}"' in page}


async def test_everyone_sees_the_figures_and_nobody_else_the_desk(
    town: Town, client: httpx2.AsyncClient
) -> None:
    page = await client.get("/oversight")
    assert page.status_code == 200
    assert "近 12 个月选取次数" in page.text
    assert parts(page.text) == set()
    for who in ROLES:
        await come(town, client, who)
        found = parts((await client.get("/oversight")).text)
        assert found == (set(DESK) if who in OVERSEERS else set()), who


@pytest.mark.parametrize("who", ROLES)
async def test_each_page_opens_to_its_own_readers(
    town: Town, accepting: RoundAsItStands, client: httpx2.AsyncClient, who: str
) -> None:
    row = await TrusteeAlarm.create(
        id=uuid4(),
        trustee="notary",
        about="",
        code="fork",
        body={"sentence": "two trees", "grave": True, "evidence": ["<b>left</b>", "right"]},
        at=town.clock(),
    )
    home = f"/oversight/rounds/{accepting.project}/1"
    await come(town, client, who)
    for path, may in {
        home: OVERSEERS,
        f"{home}/openings": OVERSEERS,
        f"/oversight/alarms/{row.id}": OVERSEERS,
        "/admin/system": {"system-admin"},
    }.items():
        assert (await client.get(path)).status_code == (200 if who in may else 403), path
    sent = await post(client, f"{home}/openings", order="{}")
    assert sent.status_code == (503 if who == "regulator" else 403)  # no key is pinned here
    if who in OVERSEERS:
        page = (await client.get(f"/oversight/alarms/{row.id}")).text
        assert "&lt;b&gt;left&lt;/b&gt;" in page
        assert "账本对不上" in page


async def test_a_round_lists_the_alarms_about_itself_alone(
    town: Town, client: httpx2.AsyncClient
) -> None:
    found, other = await town.publish(way="price"), await town.publish(way="price")
    body = {"sentence": "a second freeze", "grave": True, "evidence": []}
    for about, trustee in ((found.about, "notary"), (other.about, "regulator")):
        await TrusteeAlarm.create(
            id=uuid4(),
            trustee=trustee,
            about=about,
            code="second_freeze",
            body=body,
            at=town.clock(),
        )
    await come(town, client, "regulator")
    page = (await client.get(f"/oversight/rounds/{found.project}/1")).text
    assert page.count('href="/oversight/alarms/') == 1
    card = re.compile(r'id="alarms"(.*?)</section>', re.DOTALL)
    for one in (found, other):
        (shown,) = card.findall((await client.get(f"/projects/{one.project}")).text)
        assert shown.count('href="/oversight/alarms/') == 1
        assert f"/oversight/rounds/{one.project}/1" in shown
    quiet = await town.publish(way="price")
    assert not card.search((await client.get(f"/projects/{quiet.project}")).text)
    for stranger in ("owner", "department"):
        await come(town, client, stranger)
        assert not card.search((await client.get(f"/projects/{found.project}")).text)


async def test_strangers_are_led_to_the_sign_in(town: Town, client: httpx2.AsyncClient) -> None:
    for path in ("/oversight/rounds/DZ-2026-000001/1", "/admin/system"):
        assert (await client.get(path)).headers["location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize(
    "path",
    [
        "/oversight/rounds/DZ-2026-999999/1",
        "/oversight/rounds/%00/1",
        "/oversight/rounds/DZ-2026-000001/99999999999999999999999",
        "/oversight/rounds/" + "x" * 300 + "/1",
        "/oversight/rounds/DZ-2026-000001/-1",
        "/oversight/alarms/00000000-0000-0000-0000-000000000000",
        "/oversight/alarms/x",
        "/oversight/selections.exe",
        "/oversight/rounds/%F0%9F%90%BC/1/openings",
    ],
)
async def test_addresses_of_nothing_are_not_found(
    town: Town, client: httpx2.AsyncClient, path: str
) -> None:
    await come(town, client, "regulator")
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?by=region&open=511702",
        "?by=x&open=%3Cb%3E",
        "?by=month&open=2026-99",
        "?open=" + "y" * 999,
    ],
)
async def test_any_state_of_the_tree_is_a_page(
    town: Town, client: httpx2.AsyncClient, query: str
) -> None:
    await town.publish(way="price")
    await come(town, client, "regulator")
    assert (await client.get("/oversight" + query)).status_code == 200


@pytest.mark.parametrize(("lang", "head"), [("zh_CN", "项目编号"), ("en", "Project code")])
async def test_open_data_are_the_named_selections(
    town: Town, client: httpx2.AsyncClient, lang: str, head: str
) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 8_000_000)
    answer = await client.get(f"/oversight/selections.csv?lang={lang}")
    assert len(list(csv.reader(io.StringIO(answer.text)))) == 1
    await town.to_reveal(found.about)
    answer = await client.get(f"/oversight/selections.csv?lang={lang}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    names, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert len(names) == len(row)
    assert names[0] == head
    winner = await Agency.get(code=who[1].code)
    name = winner.name_en if lang == "en" else winner.name
    assert {found.project, who[1].code, name, "80000.00"} <= set(row)
    assert row[names.index("地区代码" if lang == "zh_CN" else "Region code")] == "511702\t"
    assert who[0].code not in answer.text
    sheet = await client.get("/oversight/selections.xlsx")
    assert sheet.content[:2] == b"PK"


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_a_round_is_told_from_the_ledger(
    town: Town, applied: RoundAsItStands, client: httpx2.AsyncClient, lang: str
) -> None:
    await come(town, client, "regulator")
    path = f"/oversight/rounds/{applied.project}/1?lang={lang}"
    before = (await client.get(path)).text
    assert before.count("/log/entries/") == 6
    assert "封存之前不显示" in before or "Not shown before the freeze" in before
    await town.to_reveal(applied.about)
    await town.later(days=3)
    await come(town, client, "regulator")
    page = (await client.get(path)).text
    assert {"zh_CN": "公证处", "en": "Notary office"}[lang] in page
    assert {"zh_CN": "中选通知书", "en": "Notice of selection"}[lang] in page
    assert f"/projects/{applied.project}/dossier.zip" in page
    assert f"/rounds/{applied.project}/1/check" in page
    assert "oversight." not in page


async def test_an_order_is_handed_in_and_obeyed(case: Case, client: httpx2.AsyncClient) -> None:
    town = case.town
    path = f"/oversight/rounds/{case.round.project}/1/openings"
    await come(town, client, "regulator")
    page = (await client.get(path)).text
    escrow = (await case.row()).escrow
    assert f'value="{escrow}"' in page
    assert "mingxuan order FILE" in page
    wrong = await post(client, path, order='{"v":1, "typed": "by hand"}')
    assert wrong.status_code == 422
    assert "签好后保存的文件" in alert(wrong.text)
    assert "by hand" in wrong.text
    assert (await post(client, path, order="x" * 20_000)).status_code == 422
    order = await signed(case, await prepared_by_page(case, client, path))
    for bad, said in (
        (case.key.read_text(), "停用这把密钥"),
        (order.replace("身份", "姓名"), "签名后被改动过"),
        (order.replace('"v":1', '"v":2'), "不是签好的开启令"),
        ((await case.order(about="round:DZ-2026-999999/1")).order, "另一次选取"),
    ):
        refused = await post(client, path, order=bad)
        assert (refused.status_code, said in alert(refused.text)) == (422, True)
    key = str(uuid4())
    for _ in range(2):
        sent = await client.post(
            path,
            data={"idempotency_key": key},
            files={"file": ("order.json", order.encode() + b"\n")},
            headers={"sec-fetch-site": "same-origin"},
        )
        assert sent.status_code in {303, 422}
    assert await OpeningOrder.all().count() == 1
    waiting = (await client.get(path)).text
    assert "还没有交出份额的" in waiting
    assert case.gone.code not in waiting
    await case.turns()
    done = (await client.get(path)).text
    assert case.gone.code in done
    assert 'name="order"' not in done
    index = (await client.get(path.removesuffix("/openings"))).text
    assert case.gone.name in index
    assert (await post(client, path, order=order)).status_code == 409
    again = await post(client, f"{path}/request", envelope=escrow, reason=REASON)
    assert (again.status_code, "已经" in again.text) == (409, True)


async def prepared_by_page(case: Case, client: httpx2.AsyncClient, path: str) -> bytes:
    """The file to be signed, as the page's form gives it."""
    asked = {"envelope": (await case.row()).escrow, "reason": f" {REASON} "}
    for wrong in ({"reason": "短"}, {"envelope": "ab" * 32}):
        refused = await post(client, f"{path}/request", **(asked | wrong))
        assert (refused.status_code, asked["reason"] in refused.text) == (
            422,
            "reason" not in wrong,
        )
    given = await post(client, f"{path}/request", **asked)
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["cache-control"] == "no-store"
    return given.content


async def signed(case: Case, data: bytes) -> str:
    """What the regulator's command makes of it."""
    asked = requests.read_request(data)
    assert (asked["about"], asked["reason"]) == (case.round.about, REASON)
    assert asked["page"].endswith(f"/oversight/rounds/{case.round.project}/1/openings")
    key = order_key.load(case.key)
    requests.must_be_known(key, asked)
    return dumps(requests.signed_opening(key, asked, instant(case.town.clock()))).decode()


async def test_the_offline_page_carries_all_that_it_needs(client: httpx2.AsyncClient) -> None:
    for lang, said in (("zh_CN", "离线签发监管令"), ("en", "Sign a regulator")):
        given = await client.get(f"/oversight/order.html?lang={lang}")
        assert "attachment" in given.headers["content-disposition"]
        assert said in given.text
        assert re.findall(r'(?:src|href)="', given.text) == []
        assert "default-src 'none'" in given.text


async def test_an_auditor_reads_but_does_not_order(case: Case, client: httpx2.AsyncClient) -> None:
    await come(case.town, client, "audit-admin")
    path = f"/oversight/rounds/{case.round.project}/1/openings"
    page = (await client.get(path)).text
    assert "甲-" in page
    assert 'name="order"' not in page
    assert 'name="reason"' not in page
    asked = {"envelope": (await case.row()).escrow, "reason": REASON}
    assert (await post(client, f"{path}/request", **asked)).status_code == 403


async def test_the_status_page_tells_and_keeps_secrets(
    town: Town, client: httpx2.AsyncClient
) -> None:
    await town.publish(way="price")
    job_heartbeats.note("rounds", town.clock(), ValueError("with a secret in it"))
    await come(town, client, "system-admin")
    page = (await client.get("/admin/system?lang=en")).text
    assert "Advance the selections" in page
    assert "ValueError" in page
    assert "with a secret in it" not in page
    assert "演示认证中心甲" in page
    assert "out of date" not in page
    town.clock.forward(days=40)
    await come(town, client, "system-admin")
    assert "out of date" in (await client.get("/admin/system?lang=en")).text
    assert "/admin/system" in (await client.get("/admin")).text


async def test_a_department_finds_its_items_and_what_runs_for_them(
    town: Town, client: httpx2.AsyncClient
) -> None:
    await come(town, client, "department")
    page = await client.get("/my/items")
    assert page.status_code == 200
    assert "/projects?item=" in page.text
    assert "state=accepting" in page.text
