"""Hostile bodies and headers at every address of the rounds: a sentence, never a fault of ours."""

import json
from typing import Any

import httpx2
import pytest

from market.audit.models import LedgerHead
from tests.factories.sending import Sender
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town

DEEP = b"[" * 100_000 + b"]" * 100_000
NESTED = b'{"author":' + b'{"a":' * 60 + b"1" + b"}" * 61
BODIES = {
    "empty": (b"", 400),
    "not json": (b"\xff\xfe{}", 400),
    "array": (b"[]", 400),
    "null": (b"null", 400),
    "deep arrays": (DEEP, 400),
    "deep objects": (NESTED, 400),
    "integer of 5,000 digits": (b'{"author":' + b"9" * 5000 + b"}", 400),
    "seq of 5,000 digits": (b'{"seq":' + b"9" * 5000 + b"}", 400),
    "exponent": (b'{"author":1e999999}', 400),
    "nan": (b'{"author":NaN}', 400),
    "lone surrogate": (b'{"author":"\\ud800"}', 400),
    "lone surrogate in a key": (b'{"\\udfff":1}', 400),
    "nul": (b'{"author":"\\u0000"}', 400),
    "nul in a key": (b'{"a\\u0000":1}', 400),
    "key twice": (b'{"author":"a","author":"b"}', 400),
    "byte order mark": (b'\xef\xbb\xbf{"author":"a"}', 400),
    "wrong types": (b'{"application":{},"identity":[1],"author":[],"v":"x","seq":-1}', 422),
    "half a megabyte and one": (b'{"application":"' + b"x" * 512 * 1024 + b'"}', 413),
}
ADDRESSES = ("admission", "envelopes", "withdrawals")


@pytest.fixture
async def sender(town: Town, accepting: RoundAsItStands, client: httpx2.AsyncClient) -> Sender:
    one = Sender(town, client, accepting.about, town.applicants[0])
    await one.admission()
    return one


def worded(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said: dict[str, Any] = answer.json()
    assert len(said["detail"]) > 6
    assert said["detail"] != said["key"]
    for row in said["errors"]:
        assert not row["detail"].startswith("form."), row
    return said


async def test_every_hostile_body_at_every_address(sender: Sender) -> None:
    size = (await LedgerHead.get(id=1)).size
    for address in ADDRESSES:
        await (sender.sign_in() if address == "admission" else nobody(sender))
        for name, (body, status) in BODIES.items():
            answer = await sender.send(address, body)
            assert answer.status_code == status, (address, name, answer.text)
            worded(answer)
    assert (await LedgerHead.get(id=1)).size == size
    await nobody(sender)
    await sender.applied(9_000_000)


async def nobody(sender: Sender) -> None:
    sender.client.cookies.clear()


async def test_the_trustees_door_is_as_hard(sender: Sender) -> None:
    for address in ("hello", "cosignature", "contribution", "report", "release", "alarm"):
        for body in (b"", b"\xff", b"[]", DEEP, NESTED, b"{}", b'{"v":1}'):
            answer = await sender.client.post(f"/trustee/{address}", content=body)
            assert answer.status_code in {400, 422}, (address, answer.text)
            assert worded(answer)["key"].startswith("signing.")


NO_ROUNDS = (
    "/api/rounds/x/1/envelopes",
    "/api/rounds/DZ-2026-000001/0/envelopes",
    "/api/rounds/DZ-2026-000001/99999999999999999999/envelopes",
    "/api/rounds/%00/1/envelopes",
    "/api/rounds/%ED%A0%80/1/envelopes",
    "/api/rounds/" + "x" * 1500 + "/1/envelopes",
)


async def test_rounds_that_cannot_be(sender: Sender) -> None:
    form = json.dumps(await sender.honest(9_000_000)).encode()
    for path in NO_ROUNDS:
        headers = {"content-type": "application/json", "idempotency-key": "a-key-of-a-test"}
        answer = await sender.client.post(path, content=form, headers=headers)
        assert answer.status_code == 404, path
        worded(answer)
        for tail in ("terms", "envelopes/" + "0" * 64, "envelopes/%00", "envelopes/x"):
            answer = await sender.client.get(path.replace("envelopes", tail))
            assert answer.status_code == 404, (path, answer.text)
            worded(answer)


async def test_papers_that_are_not_there_yet(sender: Sender) -> None:
    path = "/rounds/" + sender.about.removeprefix("round:")
    for tail in ("draw.json", "%00", "x" * 900, "..%2f..%2fetc%2fpasswd"):
        answer = await sender.client.get(f"{path}/{tail}", headers={"accept": "application/json"})
        assert answer.status_code == 404, tail
        worded(answer)


async def test_headers_that_no_browser_sends(sender: Sender) -> None:
    for headers in (
        {"x-large": "x" * 16_500},
        {"cookie": "session=" + "x" * 17_000},
        {"accept-language": "x" * 17_000},
    ):
        answer = await sender.client.get("/projects", headers=headers)
        assert answer.status_code == 431
        worded(answer)
    assert (await sender.client.get("/projects", headers={"x-large": "x" * 12_000})).is_success


HOSTILE = [
    ("cookie", "session=" + "\x7f" * 30),
    ("cookie", "session=" + "x" * 300),
    ("cookie", "lang=xx; session=;;;=;"),
    ("accept-language", "zz;q=nonsense,,,;;"),
    ("accept", "\x01json"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("content-type", "multipart/form-data"),
    ("content-type", "multipart/form-data; boundary=x"),
    ("content-type", "application/json; charset=utf-16"),
    ("idempotency-key", "x" * 101),
    ("idempotency-key", "short"),
    ("idempotency-key", "schlüssel"),
    ("origin", "http://evil.example"),
    ("origin", "http://[:::"),
    ("sec-fetch-site", "cross-site"),
    ("host", "evil.example"),
]


async def test_hostile_headers_are_no_fault_of_ours(sender: Sender) -> None:
    form = json.dumps(await sender.honest(9_000_000)).encode()
    path = "/api/rounds/" + sender.about.removeprefix("round:") + "/envelopes"
    for name, value in HOSTILE:
        headers = {"content-type": "application/json", "idempotency-key": "a-key-of-a-test"}
        encoded = [(n.encode(), v.encode()) for n, v in (headers | {name: value}).items()]
        answer = await sender.client.post(path, content=form, headers=encoded)
        assert answer.status_code < 500, (name, value, answer.text)
        if answer.status_code >= 400:
            worded(answer)


async def test_an_upload_from_another_site_is_refused(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    answer = await sender.upload(form, **{"sec-fetch-site": "cross-site"})
    assert (answer.status_code, worded(answer)["key"]) == (403, "guard.foreign_page")
