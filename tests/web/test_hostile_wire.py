"""S10 on the wire: a real server, and what no client sends: refused, or hung up on.

What hostile bodies do behind the parser is tested room by room (test_hostile_requests.py); here is
what comes before it, and that one who does not finish keeps no worker.
"""

import asyncio
import errno
import json
import socket
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from tests.factories.postgres import database
from tests.factories.raw import TRIES, Site, serving

UPLOAD: Final = b"/api/rounds/DZ-2026-000001/1/envelopes"
HEAD: Final = b"POST " + UPLOAD + b" HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
KEYED: Final = HEAD + b"idempotency-key: a-key-of-a-test\r\nconnection: close\r\n"
CHUNKED: Final = KEYED + b"transfer-encoding: chunked\r\n\r\n"
GET: Final = b"GET /projects HTTP/1.1\r\nhost: x\r\n"
SLOW: Final = 0.3


@pytest.fixture(scope="module")
async def server(
    tmp_path_factory: pytest.TempPathFactory, postgres: Path | None
) -> AsyncIterator[Site]:
    """One server over an empty city, for all that is sent here."""
    async with (
        database(postgres) as name,
        serving(tmp_path_factory.mktemp("wire"), name) as found,
    ):
        yield found


@pytest.fixture
async def site(server: Site) -> AsyncIterator[Site]:
    """The server, which after every test still answers others, and told of no fault of ours."""
    yield server
    assert status(await server.say(GET + b"connection: close\r\n\r\n")) == 200
    assert await server.faults() == ""


def status(answer: bytes) -> int:
    """The status of the first answer; 0 where the server hung up without a word."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def sized(body: bytes, length: int | None = None) -> bytes:
    """A request with this body and this Content-Length."""
    said = len(body) if length is None else length
    return KEYED + b"content-length: %d\r\n\r\n" % said + body


def chunks(*sizes: bytes) -> bytes:
    """A chunked request whose chunks are as said, each with two bytes in it."""
    return CHUNKED + b"".join(size + b"\r\n{}\r\n" for size in sizes) + b"0\r\n\r\n"


UNREADABLE: Final = {
    "two lengths that differ": KEYED + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    "length and chunks": KEYED + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
    "chunks and length": KEYED
    + b"transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n",
    "a coding that is not": KEYED + b"transfer-encoding: chunked, nonsense\r\n\r\n{}",
    "a negative length": KEYED + b"content-length: -1\r\n\r\n{}",
    "a length of 5,000 digits": KEYED + b"content-length: " + b"9" * 5000 + b"\r\n\r\n{}",
    "a chunk size that is no number": chunks(b"zz"),
    "a negative chunk size": chunks(b"-2"),
    "a chunk size over 64 bits": chunks(b"f" * 17),
    "a chunk longer than said": chunks(b"1"),
    "a header without a name": GET + b": x\r\n\r\n",
    "a header with a NUL": GET + b"x-a: \0\r\n\r\n",
    "a space before the colon": GET + b"x-a : 1\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    "a method of its own": b"BREW /coffee HTTP/1.1\r\n\r\n",
    "an address that is none": b"GET http://[::: HTTP/1.1\r\nhost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_is_no_request_is_refused_in_words_and_hung_up_on(site: Site, name: str) -> None:
    answer = await site.say(UNREADABLE[name])
    assert (status(answer), told(answer)["key"]) == (400, "http.bad_request")


@pytest.mark.parametrize(
    "body",
    [
        b'{"seq":' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"author":"\\ud800"}',
        b'{"author":"\\u0000"}',
        b'{"author":"a","author":"b"}',
    ],
    ids=["5,000 digits", "deep", "lone surrogate", "NUL", "key twice"],
)
async def test_hostile_json_is_refused_in_words(site: Site, body: bytes) -> None:
    answer = await site.say(sized(body))
    assert status(answer) == 400
    assert len(told(answer)["detail"]) > 6


def told(answer: bytes) -> dict[str, str]:
    """The problem that an answer describes."""
    found: dict[str, str] = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    return found


async def test_a_body_without_end_is_refused_at_its_limit(site: Site) -> None:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = await site.say(CHUNKED, *[piece] * 12)
    assert (status(answer), told(answer)["key"]) == (413, "body.too_large")
    answer = await site.say(sized(b"x" * 600_000, 10**12))
    assert (status(answer), told(answer)["key"]) == (413, "body.too_large")


@pytest.mark.parametrize(
    "pieces",
    [[b"x-a: " + b"x" * 17_000 + b"\r\n\r\n"], [b"x-a: 1\r\n" * 1000] * 60, [b"x" * 65_536] * 20],
    ids=["a header of 17 kB", "60,000 headers", "a name without end"],
)
async def test_a_head_without_end_is_refused(site: Site, pieces: list[bytes]) -> None:
    answer = await site.say(GET + b"connection: close\r\n", *pieces, pause=0.005)
    assert status(answer) in {0, 431}
    if answer:
        assert told(answer)["key"] == "http.header_too_large"


@pytest.mark.parametrize("pieces", [[], [b"GET "], [GET, *[b"x-a: 1\r\n"] * 40], [b"\r\n"] * 40])
async def test_a_head_that_does_not_come_is_not_waited_for(site: Site, pieces: list[bytes]) -> None:
    assert await site.say(*pieces, pause=SLOW) == b""


@pytest.mark.parametrize(
    "head",
    [
        sized(b"", 1000),
        CHUNKED + b"3e8\r\n",
        CHUNKED + b"7fffffffffffffff\r\n",
        CHUNKED + b"10;" + b"x" * 5000 + b"\r\n",
    ],
    ids=["length", "chunk", "huge chunk", "extension"],
)
async def test_a_body_that_does_not_come_is_refused_in_words(site: Site, head: bytes) -> None:
    answer = await site.say(head, *[b"x"] * 40, pause=SLOW)
    assert (status(answer), told(answer)["key"]) == (408, "body.too_slow")


async def test_who_leaves_in_the_middle_leaves_nothing(site: Site) -> None:
    for part in (sized(b"{", 1000), CHUNKED, CHUNKED + b"5\r\n{}", KEYED, b"P"):
        assert status(await site.say(part, leave=True)) in {0, 400}


async def test_who_takes_no_answer_is_cut_off(site: Site) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(one, ("127.0.0.1", site.port))
        await loop.sock_sendall(one, (GET + b"\r\n") * 1000)
        for _ in range(TRIES):
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the server keeps what nobody takes")


async def test_many_who_never_finish_hold_up_nobody(site: Site) -> None:
    slow = [
        asyncio.create_task(site.say(start, *[b"x"] * 40, pause=SLOW))
        for start in (GET, sized(b"", 1000)) * 40
    ]
    quick = [status(await site.say(GET + b"connection: close\r\n\r\n")) for _ in range(20)]
    assert quick == [200] * 20
    assert {status(one) for one in await asyncio.gather(*slow)} == {0, 408}


def pdf_bomb(megabytes: int) -> bytes:
    """A PDF whose table of objects is nothing but zeros, packed."""
    packing = zlib.compressobj(9, wbits=-15)
    piece = packing.compress(bytes(1_000_000)) + packing.flush(zlib.Z_FULL_FLUSH)
    check = (megabytes * 1_000_000 % 65521 << 16) + 1  # Adler-32 of nothing but zeros
    data = b"\x78\xda" + piece * megabytes + b"\x03\0" + check.to_bytes(4)
    entries = b"/Type/XRef/Size 2/W[1 4 1]/Root 2 0 R/Filter/FlateDecode/Length %d" % len(data)
    table = b"1 0 obj\n<<" + entries + b">>\nstream\n" + data + b"\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + table + b"startxref\n9\n%%EOF\n"


async def test_a_bomb_sent_for_checking_does_not_go_off(site: Site) -> None:
    empty = await site.most_memory()
    for bomb in (pdf_bomb(1000), b"PK\x03\x04" + pdf_bomb(1), b"%PDF-1.7\n" + b"[" * 500_000):
        part = b'--b\r\ncontent-disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
        body = part + bomb + b"\r\n--b--\r\n"
        head = b"POST /verify?lang=en HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
        kind = b"idempotency-key: a-key-of-a-test\r\ncontent-type: multipart/form-data; boundary=b"
        size = b"\r\ncontent-length: %d\r\n\r\n" % len(body)
        answer = await site.say(head + kind + size + body)
        assert status(answer) in {200, 413, 422}, answer[:400]
        assert b"cannot be read" in answer
    assert await site.most_memory() - empty < 300
