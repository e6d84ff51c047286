"""The page of a blind audit: what it says at each step, handing in, the file for the tool."""

import json
from uuid import uuid4

import httpx2
import pytest

from market.selection.models import BlindAudit
from market.web.i18n import blind_code
from signing.core.canonical import loads
from signing.regulator import requests
from tests.factories.audits import Audited, text
from tests.factories.people import alert, post
from tests.web.oversight.test_pages import come


def path(case: Audited) -> str:
    return f"/oversight/rounds/{case.round.project}/1/audit"


async def test_an_audit_from_order_to_finding(audited: Audited, client: httpx2.AsyncClient) -> None:
    town, page = audited.town, path(audited)
    await come(town, client, "regulator")
    assert "audit-request.json" in (await client.get(page)).text
    given = await client.get(page + "-request.json")
    asked = requests.read_request(given.content)
    assert (asked["kind"], asked["freeze"]) == (requests.AUDIT, audited.round.freeze_sha256)
    assert (await client.get(page + ".json")).status_code == 404
    key, order = str(uuid4()), text(audited.order()).encode() + b"\n"
    for _ in range(2):
        sent = await client.post(
            page,
            data={"idempotency_key": key},
            files={"file": ("audit-order.json", order)},
            headers={"sec-fetch-site": "same-origin"},
        )
        assert sent.status_code in {303, 422}
    assert await BlindAudit.all().count() == 1
    assert "还没有交出份额的" in (await client.get(page)).text
    await town.turns()
    await come(town, client, "regulator")
    ready = (await client.get(page)).text
    assert "mingxuan audit open" in ready
    bundle = await client.get(page + ".json")
    assert bundle.headers["content-disposition"].startswith("attachment")
    assert len(loads(bundle.content)["shares"]) == 3
    finding = text(await audited.finding(await audited.found()))
    assert (await post(client, page, text=finding)).status_code == 303
    for lang, said in (("zh_CN", "来自 3 家不同的"), ("en", "by 3 different, admitted agencies")):
        for address in (page, page.removesuffix("/audit"), f"/projects/{audited.round.project}"):
            shown = (await client.get(f"{address}?lang={lang}")).text
            assert said in shown, address
            assert "selection.audit" not in shown
            for one in audited.applicants:
                assert (one.code in shown) <= (one.code == audited.round.winner), address
    assert 'name="text"' not in (await client.get(page)).text
    again = await post(client, page, text=finding)
    assert again.status_code == 303
    assert await BlindAudit.all().count() == 1


async def test_a_double_is_told_by_codes_alone(twice: Audited, client: httpx2.AsyncClient) -> None:
    await twice.ordered()
    found = await twice.found()
    await twice.hand_in(await twice.finding(found))
    page = (await client.get(f"/projects/{twice.round.project}?lang=en")).text
    assert "4 envelopes, by 3 agencies" in page
    for code in found.codes.values():
        assert f"{blind_code(code, 'en')} · the same agency as another code" in page
    double = twice.applicants[1]
    assert double.code not in page
    assert double.name not in page


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"kind":"audit_order"}', "x" * 450_000, "\0"])
async def test_what_is_no_statement_is_refused_in_words(
    audited: Audited, client: httpx2.AsyncClient, body: str
) -> None:
    await come(audited.town, client, "regulator")
    for lang, said in (("zh_CN", "不是签好的盲审令"), ("en", "no signed audit order")):
        sent = await post(client, f"{path(audited)}?lang={lang}", text=body)
        assert sent.status_code in {400, 413, 422}
        if sent.status_code == 422:
            assert ("400000" if len(body) > 400_000 else said) in alert(sent.text)
    assert not await BlindAudit.exists()


async def test_an_auditor_reads_and_hands_in_nothing(
    audited: Audited, client: httpx2.AsyncClient
) -> None:
    await come(audited.town, client, "audit-admin")
    page = (await client.get(path(audited))).text
    assert 'name="text"' not in page
    assert (await post(client, path(audited), text=text(audited.order()))).status_code == 403
    assert (await client.get(path(audited) + ".json")).status_code == 403
    assert (await client.get(path(audited) + "-request.json")).status_code == 403
    await come(audited.town, client, "owner")
    assert (await client.get(path(audited))).status_code == 403


async def test_before_the_notice_the_page_says_when(
    audited_early: Audited, client: httpx2.AsyncClient
) -> None:
    await come(audited_early.town, client, "regulator")
    page = (await client.get(path(audited_early))).text
    assert "现在不能盲审" in page
    assert 'name="text"' not in page
    sent = await post(client, path(audited_early), text=text(audited_early.order()))
    assert sent.status_code == 409
    assert "中选通知书发出之后" in sent.text
    early = await client.get(path(audited_early) + "-request.json")
    assert (early.status_code, "中选通知书发出之后" in early.text) == (409, True)


@pytest.mark.parametrize("message", [b"", b"{}", b"[]", b"\xff", b'{"kind":"sealed_shares"}'])
async def test_a_stranger_at_the_trustees_door(
    audited: Audited, client: httpx2.AsyncClient, message: bytes
) -> None:
    sent = await client.post("/trustee/audit", content=message)
    assert 400 <= sent.status_code < 500
    assert json.loads(sent.content)["detail"]
