"""Refusals and faults: a page for people, problem+json for programs, no leaks, two languages."""

import logging
from html import unescape
from re import search

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import IntegrityError

from market.infra import db
from market.infra.idempotency import Answer
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web.door import Door
from market.web.errors import STATUS
from market.web.guards import ANYONE, get, post
from market.web.i18n import say
from signing.core.errors import Refused
from tests.factories.city import TestCity

SECRET = "the-key-is-5ac2e7"
HTML = {"accept": "text/html"}
LANGUAGES = pytest.mark.parametrize(("lang", "tag"), [("zh_CN", "zh-CN"), ("en", "en")])


def let_fail(city: TestCity, error: Exception) -> None:
    """Two addresses at which this happens."""

    async def fails(_request: Request, _call: Call) -> Response:
        raise error

    paths = ("/fails", "/api/fails")
    city.app.router.routes[:0] = [get(path, fails, ANYONE, "fails") for path in paths]


@LANGUAGES
@pytest.mark.parametrize("kind", list(Kind))
async def test_each_kind_has_its_status_in_page_and_problem(
    city: TestCity, client: httpx2.AsyncClient, kind: Kind, lang: str, tag: str
) -> None:
    let_fail(city, MarketError("body.too_large", kind, limit=512))
    problem = await client.get(f"/api/fails?lang={lang}")
    assert problem.status_code == STATUS[kind]
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["content-language"] == tag
    assert problem.headers["cache-control"] == "no-store"
    assert problem.json() == {
        "type": "about:blank",
        "title": say(lang, f"status.{STATUS[kind]}"),
        "status": STATUS[kind],
        "detail": say(lang, "body.too_large", limit=512),
        "key": "body.too_large",
        "errors": [],
    }
    assert "512" in problem.json()["detail"]
    assert not problem.json()["title"].startswith("status.")
    passes = kind in {Kind.UNAVAILABLE, Kind.NO_ROOM}
    assert problem.headers.get("retry-after", "") == ("5" if passes else "")
    page = await client.get(f"/fails?lang={lang}", headers=HTML)
    if kind is Kind.SIGN_IN:
        assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/fails")
        return
    assert page.status_code == STATUS[kind]
    assert page.headers["content-language"] == tag
    assert problem.json()["detail"] in unescape(page.text)
    assert page.headers.get("retry-after") == problem.headers.get("retry-after")


@LANGUAGES
async def test_wrong_fields_are_listed(
    city: TestCity, client: httpx2.AsyncClient, lang: str, tag: str
) -> None:
    fields = {"title": ("form.missing", {}), "sum": ("money.too_large", {})}
    let_fail(city, MarketError("form.invalid", Kind.UNPROCESSABLE, fields=fields))
    expected = [{"field": n, "detail": say(lang, k)} for n, (k, _) in fields.items()]
    answer = (await client.get(f"/api/fails?lang={lang}")).json()
    assert answer["errors"] == expected
    page = unescape((await client.get(f"/fails?lang={lang}")).text)
    assert all(one["detail"] in page for one in expected)


@LANGUAGES
async def test_a_refusal_of_the_trust_library_is_a_refusal(
    city: TestCity, client: httpx2.AsyncClient, lang: str, tag: str
) -> None:
    let_fail(city, Refused("not_signed", "this paper carries no signature"))
    answer = await client.get(f"/api/fails?lang={lang}")
    assert answer.status_code == 422
    assert answer.json()["key"] == "signing.not_signed"
    assert answer.json()["detail"] == say(lang, "signing.not_signed")


@LANGUAGES
async def test_a_lost_database_is_said_to_whoever_is_signed_in_too(
    city: TestCity,
    client: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    tag: str,
) -> None:
    async def lost(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(Door, "actor", lost)
    for path in ("/projects", "/api/agencies"):
        answer = await client.get(f"{path}?lang={lang}", headers=HTML)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert say(lang, "database.away") in unescape(answer.text)
    assert (await client.get("/nowhere")).status_code == 404


@pytest.mark.on_sqlite  # PostgreSQL has no such limit; its codes are in tests/unit
async def test_a_write_finds_a_full_disk_and_then_room(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    async def writes(_request: Request, _call: Call) -> Response:
        async with db.unit():
            for n in range(50):
                await Answer.create(key=f"{n}", action="x" * 80, payload_sha256="0" * 64)
        return Response()

    city.app.router.routes.insert(0, post("/api/writes", writes, ANYONE, "writes", keyed=False))
    [pages] = await db.connection().execute_query_dict("PRAGMA page_count")
    await db.connection().execute_query(f"PRAGMA max_page_count={pages['page_count']}")
    answer = await client.post("/api/writes")
    assert (answer.status_code, answer.json()["key"]) == (507, "files.no_room")
    assert answer.headers["retry-after"] == "5"
    assert await Answer.all().count() == 0
    await db.connection().execute_query(f"PRAGMA max_page_count={2**30}")
    assert (await client.post("/api/writes")).status_code == 200


async def test_a_broken_constraint_is_no_outage(city: TestCity, client: httpx2.AsyncClient) -> None:
    let_fail(city, IntegrityError("UNIQUE constraint failed"))
    assert (await client.get("/api/fails")).status_code == 500


@LANGUAGES
async def test_a_crash_is_a_blank_500_with_an_id_that_stands_in_the_log(
    city: TestCity,
    client: httpx2.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    lang: str,
    tag: str,
) -> None:
    let_fail(city, RuntimeError(SECRET))
    for path in (f"/fails?lang={lang}", f"/api/fails?lang={lang}"):
        caplog.clear()
        with caplog.at_level(logging.ERROR, "mingxuan"):
            answer = await client.get(path)
        assert answer.status_code == 500
        assert answer.headers["content-language"] == tag
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text
        assert "RuntimeError" not in answer.text
        [record] = [r for r in caplog.records if r.name == "mingxuan"]
        incident = search(r"incident (\w{8}) at GET", record.getMessage())
        assert incident is not None
        assert incident[1] in answer.text
        assert SECRET in (record.exc_text or str(record.exc_info))


async def test_a_crash_keeps_the_strict_headers(city: TestCity, client: httpx2.AsyncClient) -> None:
    let_fail(city, RuntimeError(SECRET))
    for path in ("/fails", "/api/fails"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@LANGUAGES
async def test_what_is_not_there(client: httpx2.AsyncClient, lang: str, tag: str) -> None:
    page = await client.get(f"/nowhere/at/all?lang={lang}", headers=HTML)
    assert page.status_code == 404
    assert say(lang, "not_found.page") in unescape(page.text)
    problem = await client.get(f"/api/nowhere?lang={lang}")
    assert (problem.status_code, problem.json()["key"]) == (404, "not_found.page")
    program = await client.get("/nowhere", headers={"accept": "application/json"})
    assert program.headers["content-type"] == "application/problem+json"


@LANGUAGES
async def test_a_method_that_an_address_does_not_have(
    client: httpx2.AsyncClient, lang: str, tag: str
) -> None:
    answer = await client.request("DELETE", f"/projects?lang={lang}", headers=HTML)
    assert answer.status_code == 405
    assert say(lang, "http.method") in unescape(answer.text)


@pytest.mark.parametrize("path", ["/my/projects", "/my/items", "/admin", "/my/applications"])
async def test_a_stranger_is_led_to_the_sign_in_and_back(
    client: httpx2.AsyncClient, path: str
) -> None:
    answer = await client.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")
    program = await client.get(path, headers={"accept": "application/json"})
    assert (program.status_code, program.json()["key"]) == (401, "guard.sign_in")


async def test_typed_text_never_becomes_markup(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/<script>alert(1)</script>", headers=HTML)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
