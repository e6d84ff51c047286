"""The edge: writes come from our own pages, under a key, and no larger than their route takes."""

from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.types import Message

from market.audit.models import SecurityEvent
from market.documents.views import MOST
from market.kernel.actors import Role
from market.kernel.errors import MarketError
from market.web.door import MAX_BODY, limited_body
from tests.factories.city import TestCity
from tests.factories.people import enter, settle

OWN = {"sec-fetch-site": "same-origin"}
UPLOAD = "/api/rounds/DZ-2026-000001/1/envelopes"
TSA_LIMIT = 64 * 1024
JSON = {"content-type": "application/json"}


async def key_of(answer: httpx2.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["key"])


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"origin": "http://127.0.0.1:8000"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://127.0.0.1:8000.evil.example"}, False),
        ({"origin": "http://127.0.0.1:9000"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, False),
        ({}, True),
    ],
)
async def test_a_foreign_page_cannot_write(
    client: httpx2.AsyncClient, headers: dict[str, str], ours: bool
) -> None:
    answer = await client.post("/sign-in", data={"login": "x", "password": "y"}, headers=headers)
    assert (answer.status_code == 403) is not ours
    assert answer.status_code < 500


async def test_without_a_word_on_its_page_a_session_opens_nothing(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await settle(city, "department")
    await enter(city, client, "department", Role.DEPARTMENT)
    refused = await client.post("/sign-out", data={"idempotency_key": "k" * 20})
    assert refused.status_code == 403
    assert (await client.get("/account")).status_code != 401
    events = await SecurityEvent.filter(key="guard.foreign_page")
    assert [event.path for event in events] == ["/sign-out"]


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, "idempotency.missing"),
        ({"idempotency-key": ""}, "idempotency.missing"),
        ({"idempotency-key": "short"}, "idempotency.shape"),
        ({"idempotency-key": "k" * 101}, "idempotency.shape"),
        ({"idempotency-key": "k" * 9 + "\x7f"}, "idempotency.shape"),
        ({"idempotency-key": "k" * 9 + "\t" + "k"}, "idempotency.shape"),
        ({"idempotency-key": "schlüssel"}, "idempotency.shape"),
    ],
)
async def test_a_write_without_a_decent_key_is_refused(
    client: httpx2.AsyncClient, headers: dict[str, str], key: str
) -> None:
    sent = [(name.encode(), value.encode("latin-1")) for name, value in (JSON | headers).items()]
    answer = await client.post(UPLOAD, content=b"{}", headers=sent)
    assert answer.status_code == 400
    assert await key_of(answer) == key


async def test_with_a_key_the_write_goes_on_to_its_room(client: httpx2.AsyncClient) -> None:
    for key in ("k" * 8, "k" * 100, "0193f9a2-7d4e-7c1b-9a55-3f2f1c8f6a01", "a b'c\"d;--"):
        answer = await client.post(UPLOAD, content=b"{}", headers=JSON | {"idempotency-key": key})
        assert answer.status_code in {404, 422}
        assert not (await key_of(answer)).startswith("idempotency.")


async def test_a_form_carries_its_key_in_a_field(client: httpx2.AsyncClient) -> None:
    path, headers = "/account/password", OWN | {"accept": "application/json"}
    without = await client.post(path, data={"a": "b"}, headers=headers)
    short = await client.post(path, data={"idempotency_key": "1234567"}, headers=headers)
    file = await client.post(path, files={"idempotency_key": ("f", b"k" * 20)}, headers=headers)
    good = await client.post(path, data={"idempotency_key": "k" * 20}, headers=headers)
    assert [await key_of(one) for one in (without, short, file, good)] == [
        "idempotency.missing",
        "idempotency.shape",
        "idempotency.missing",
        "guard.sign_in",
    ]


@pytest.mark.parametrize(
    ("path", "limit"), [("/sign-in", MAX_BODY), ("/tsa", TSA_LIMIT), ("/verify", MOST)]
)
async def test_each_route_takes_so_much_and_no_more(
    client: httpx2.AsyncClient, path: str, limit: int
) -> None:
    headers = OWN | {"accept": "application/json", "content-type": "application/octet-stream"}
    answer = await client.post(path, content=b"a" * (limit + 1), headers=headers)
    assert answer.status_code == 413
    assert await key_of(answer) == "body.too_large"
    within = await client.post(path, content=b"a" * limit, headers=headers)
    assert within.status_code not in {413, 500}


@pytest.mark.parametrize(
    "cookie", ["session=" + "x" * 201, "session=", "session=\x01", "session=' OR 1=1 --"]
)
async def test_a_session_nobody_has_is_nobody(client: httpx2.AsyncClient, cookie: str) -> None:
    answer = await client.get("/", headers={"cookie": cookie})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"a":' * 5000),
        ("application/json; charset=utf-16", b"\xff\xfe{\x00}\x00"),
        ("application/json", b'{"application":"\\u0000","identity":""}'),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary at all"),
        ("application/x-www-form-urlencoded", b"a=%zz&" * 3000),
        ("application/x-www-form-urlencoded", b"%00=%00"),
        ("text/plain; charset=nonsense", bytes(range(256))),
        ("", b"\x00" * 1000),
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", UPLOAD, "/verify", "/api/sign-in/certificate"])
async def test_no_body_gets_a_5xx(
    client: httpx2.AsyncClient, path: str, kind: str, body: bytes
) -> None:
    headers: dict[str, Any] = OWN | {"content-type": kind, "idempotency-key": "key-of-a-test"}
    answer = await client.post(path, content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    ("announced", "heard"),
    [(str(30 * 65_536), 30), (None, 9), ("1" + "0" * 12, 9), ("many", 9)],
)
async def test_a_body_that_is_too_long_is_heard_out_when_it_has_an_end(
    announced: str | None, heard: int
) -> None:
    """A browser that still sends reads no answer: its person would see a broken connection."""
    headers = [] if announced is None else [(b"content-length", announced.encode())]
    pieces = iter(range(30))
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        more = next(pieces) < 29
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": more}

    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with pytest.raises(MarketError) as refused:
        await limited_body(request)
    assert (refused.value.key, taken) == ("body.too_large", heard)
