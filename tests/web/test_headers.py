"""Every answer carries the strict headers; what is too large is refused before anything is read."""

import httpx2
import pytest
from tortoise.models import Model

from market.audit.models import LedgerHead
from market.kernel.actors import Role
from market.web.headers import HEADERS, MAX_HEADERS
from market.web.pages import STATIC, render, static
from tests.factories.city import TestCity
from tests.factories.people import enter, settle

STYLE = next(path.relative_to(STATIC).as_posix() for path in sorted(STATIC.rglob("*.css")))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/projects",
        "/nowhere",
        "/api/nowhere",
        "/log/checkpoint",
        "/static/x",
        f"/static/{STYLE}",
    ],
)
async def test_every_answer_carries_them(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_unsafe_and_nobody_else() -> None:
    policy = HEADERS["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"


async def test_headers_larger_than_any_browser_s_are_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/", headers={"x-large": "a" * MAX_HEADERS})
    assert (answer.status_code, answer.json()["key"]) == (431, "http.header_too_large")
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert (await client.get("/" + "a" * 2048)).status_code == 431
    assert (await client.get("/" + "a" * 2000)).status_code == 404
    assert (await client.get("/", headers={"x-large": "a" * 8000})).status_code == 200


async def test_a_versioned_file_may_be_kept_for_ever_any_other_is_asked_for_again(
    client: httpx2.AsyncClient,
) -> None:
    versioned = await client.get(static(STYLE))
    assert versioned.status_code == 200
    assert versioned.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = await client.get(f"/static/{STYLE}")
    assert plain.content == versioned.content == (STATIC / STYLE).read_bytes()
    assert plain.headers["cache-control"] == "no-cache"
    missing = await client.get("/static/css/never.css?v=0123456789ab")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fpages.py", "/static/"]
)
async def test_nothing_outside_the_folder_is_served(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_page_is_kept_by_nobody_else_and_says_its_language(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/?lang=en")
    assert page.headers["content-language"] == "en"
    vary = {part.strip() for part in page.headers["vary"].split(",")}
    assert vary >= {"Accept-Language", "Cookie"}
    assert page.headers["cache-control"] == "no-cache"
    assert client.cookies["lang"] == "en"
    assert (await client.get("/")).headers["content-language"] == "en"
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_a_template_is_never_handed_a_model(city: TestCity) -> None:
    model: Model = await LedgerHead.get(id=1)
    with pytest.raises(TypeError, match=r"errors/error\.html was handed a model as thing"):
        render(None, None, "errors/error.html", thing=model)  # type: ignore[arg-type]  # refused before


@pytest.mark.parametrize("path", ["/log", "/projects/", "//evil.example/log", "/projects//"])
async def test_no_redirect_leaves_for_a_foreign_host(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"host": "evil.example"})
    location = answer.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")
    assert "evil.example" not in location.split("?")[0].split("/")[1]


async def test_a_method_that_is_not_allowed_says_which_are(client: httpx2.AsyncClient) -> None:
    for path in ("/projects", "/api/projects"):
        answer = await client.post(path, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["status"]) == (405, 405)
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_what_a_person_sees_is_kept_nowhere(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await settle(city)
    await enter(city, client, "owner", Role.OWNER)
    for path in ("/", "/projects", "/api/projects", "/my/projects", "/account"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), path


async def test_what_is_the_same_for_everybody_may_be_kept(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/api/projects")).headers["cache-control"] == "no-cache"
