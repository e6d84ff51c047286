import httpx2
import pytest

from market.accounts.models import Session
from market.accounts.queries import token_hash
from market.audit.models import SecurityEvent
from tests.factories.city import TestCity
from tests.factories.dump import dumped
from tests.factories.people import alert, carry, settle, sign_in


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "department", "regulator")


async def test_the_right_password_opens_a_session(client: httpx2.AsyncClient) -> None:
    answer = await sign_in(client, "Department")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    page = await client.get("/account")
    assert page.status_code == 200
    assert "蒋演水" in page.text
    assert "达州市水务局（演示）" in page.text
    event = await SecurityEvent.filter(key="accounts.event.signed_in").get()
    assert event.facts["person"] == "department"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(client: httpx2.AsyncClient) -> None:
    cookie = (await sign_in(client, "department")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # http on a loopback address


async def test_the_database_holds_no_token(client: httpx2.AsyncClient) -> None:
    await sign_in(client, "department")
    token = client.cookies["session"]
    assert (await Session.get()).token_sha256 == token_hash(token)
    data = await dumped()
    assert token_hash(token) in data
    assert token not in data


@pytest.mark.parametrize("login", ["department", "nobody-at-all"])
async def test_unknown_and_wrong_get_one_answer(client: httpx2.AsyncClient, login: str) -> None:
    answer = await sign_in(client, login, "Wrong-password-1")
    assert answer.status_code == 422
    assert alert(answer.text) == "账号或密码不对。请检查大小写和输入法后再试。"
    assert f'value="{login}"' in answer.text
    assert "Wrong-password-1" not in answer.text
    assert "session" not in client.cookies
    event = await SecurityEvent.get(key="accounts.sign_in_wrong")
    assert event.facts["person"] == ("department" if login == "department" else None)


async def test_pages_of_unknown_and_wrong_differ_in_nothing_but_what_was_typed(
    client: httpx2.AsyncClient,
) -> None:
    known = await sign_in(client, "department", "Wrong-password-1")
    other = await sign_in(client, "nobody-at-all", "Wrong-password-1")
    assert _plain(known.text, "department") == _plain(other.text, "nobody-at-all")


def _plain(page: str, login: str) -> str:
    lines = page.replace(f'value="{login}"', "").splitlines()
    return "\n".join(line for line in lines if "idempotency_key" not in line)


@pytest.mark.parametrize(
    "login", ["' OR 1=1 --", 'x"; DROP TABLE accounts_person; --', "%", "_" * 60, "𝕏" * 5000]
)
async def test_sql_is_a_name_like_any_other(client: httpx2.AsyncClient, login: str) -> None:
    answer = await sign_in(client, login)
    assert answer.status_code == 422
    assert alert(answer.text).startswith("账号或密码不对")
    assert (await sign_in(client, "department")).status_code == 303


@pytest.mark.parametrize("size", [10_000, 200_000])
async def test_a_huge_password_is_wrong(client: httpx2.AsyncClient, size: int) -> None:
    answer = await sign_in(client, "department", "Aa1-" * (size // 4))
    assert answer.status_code == 422
    assert alert(answer.text).startswith("账号或密码不对")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"login=a%00b&password=x", 400),
        (b"login=%ED%A0%80&password=x", 422),
        (b"password=x", 422),
        (b"", 422),
        (b"login=a&password=" + b"x" * 600_000, 413),
        (b"login=a&login=b&password=x", 422),
        (b"\xff\xfe\x00", 400),
        (b"\xff\xfe", 422),
    ],
)
async def test_hostile_forms_are_refused_in_words(
    client: httpx2.AsyncClient, body: bytes, status: int
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer = await client.post("/sign-in", content=body, headers=headers)
    assert answer.status_code == status
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    ("wish", "leads"),
    [
        ("/account", "/account"),
        ("//evil.example/", "/desk"),
        ("https://evil.example/", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/sign-out", "/desk"),
    ],
)
async def test_a_sign_in_goes_on_to_this_site_only(
    client: httpx2.AsyncClient, wish: str, leads: str
) -> None:
    assert (await sign_in(client, "department", next=wish)).headers["location"] == leads


async def test_every_kind_of_sign_in_leads_back_to_where_one_came_from(
    client: httpx2.AsyncClient,
) -> None:
    page = (await client.get("/sign-in?next=/projects/DZ-2026-000001")).text
    assert '<input type="hidden" name="next" value="/projects/DZ-2026-000001">' in page
    assert 'data-answer="/api/sign-in/certificate?next=%2Fprojects%2FDZ-2026-000001"' in page
    long = "/projects?q=" + "x" * 300
    assert (await sign_in(client, "department", next=long)).headers["location"] == "/desk"


async def test_a_page_for_the_signed_in_leads_through_the_sign_in(
    client: httpx2.AsyncClient,
) -> None:
    away = await client.get("/account")
    assert away.headers["location"] == "/sign-in?next=/account"
    page = await client.get(away.headers["location"])
    assert 'name="next" value="/account"' in page.text


async def test_another_sites_form_signs_nobody_in(client: httpx2.AsyncClient) -> None:
    data = {"login": "department", "password": "Mingxuan-2026"}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        answer = await client.post("/sign-in", data=data, headers=headers)
        assert answer.status_code == 403
        assert "session" not in client.cookies


async def test_a_session_from_before_does_not_become_the_new_one(
    client: httpx2.AsyncClient,
) -> None:
    client.cookies.set("session", "planted-by-an-attacker")
    client.cookies.set("sign_in", "planted-too")
    answer = await sign_in(client, "department")
    assert "planted" not in answer.headers["set-cookie"]
    assert (await Session.get()).token_sha256 != token_hash("planted-by-an-attacker")
    carry(client, "planted-by-an-attacker")
    assert (await client.get("/account")).status_code == 303


async def test_signing_in_again_ends_the_browsers_former_session(
    client: httpx2.AsyncClient,
) -> None:
    await sign_in(client, "department")
    first = client.cookies["session"]
    await sign_in(client, "department")
    assert client.cookies["session"] != first
    carry(client, first)
    assert (await client.get("/account")).status_code == 303
    assert await Session.filter(ended_at=None).count() == 1


async def test_signing_out_ends_the_session_and_not_only_the_cookie(
    client: httpx2.AsyncClient,
) -> None:
    await sign_in(client, "department")
    token = client.cookies["session"]
    answer = await client.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 303
    assert "session" not in client.cookies
    carry(client, token)
    assert (await client.get("/account")).status_code == 303


async def test_signing_out_without_a_session_is_no_error(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/sign-out")).status_code == 303


async def test_the_demo_password_is_shown_by_demo_cities_only(client: httpx2.AsyncClient) -> None:
    assert "Mingxuan-2026" not in (await client.get("/sign-in")).text


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "' OR '1'='1", "%00", "é"])
async def test_hostile_cookies_are_nobody(client: httpx2.AsyncClient, token: str) -> None:
    headers = [(b"cookie", f"session={token}; sign_in={token}".encode())]
    for path in ("/account", "/sign-in/role", "/sign-in/second-factor", "/admin/people"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
