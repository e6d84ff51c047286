"""A dear project over HTTP: its drafter waits, the second person publishes or sends it back."""

from dataclasses import replace

import httpx2
import pytest

from tests.factories.city import TestCity
from tests.factories.owners import OWNER, PEOPLE, RIVAL, Browser, make_ready, open_market

SECOND = replace(OWNER, code="owner-a2", name="柳七")
LINK = "/projects/{}/publish"


@pytest.fixture
async def dear(
    city: TestCity, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, Browser, Browser]:
    """A checked project of 600,000 yuan, its drafter's browser and the second person's."""
    await open_market(city)
    monkeypatch.setitem(PEOPLE, SECOND.code, SECOND)
    code = await make_ready(city, control_price="60")
    return code, Browser(client, OWNER), Browser(client, SECOND)


async def test_the_button_stands_where_it_works(dear: tuple[str, Browser, Browser]) -> None:
    code, drafter, second = dear
    for at in (f"/my/projects/{code}/check", f"/projects/{code}", "/my/projects"):
        waits, goes = (await drafter.get(at)).text, (await second.get(at)).text
        assert LINK.format(code) not in waits, at
        assert "等待第二人发布" in waits, at
        assert LINK.format(code) in goes, at
        assert "等待第二人发布" not in goes, at
    assert "须由本单位另一人发布" in (await drafter.get(f"/projects/{code}")).text
    refused = await drafter.get(LINK.format(code))
    assert (refused.status_code, "另一人发布" in refused.text) == (403, True)
    assert (await Browser(drafter.client, RIVAL).get(LINK.format(code))).status_code == 404


async def test_a_remark_reaches_the_drafter_and_nobody_else(
    dear: tuple[str, Browser, Browser],
) -> None:
    code, drafter, second = dear
    at, said = f"/my/projects/{code}/send-back", "<b>规模</b>请与批复核对"
    assert "send-back" not in (await drafter.get(f"/my/projects/{code}/check")).text
    sent = await second.post(at, remark=said)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/my/projects/{code}/check")
    for page in (f"/my/projects/{code}/check", f"/projects/{code}"):
        shown = (await drafter.get(page)).text
        assert "柳七 没有发布，退回修改" in shown
        assert "&lt;b&gt;规模&lt;/b&gt;请与批复核对" in shown
    assert "修改退回的项目" in (await drafter.get("/my/projects")).text
    assert (await Browser(drafter.client, None).get(f"/projects/{code}")).status_code == 404
    assert said not in (await drafter.get(f"/log/projects/{code}")).text
    assert (await second.post(at, remark=said)).status_code == 409
