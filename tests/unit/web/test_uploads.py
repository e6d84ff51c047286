"""A form with a file: counted while it comes, on the disk, known again by what it holds."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.datastructures import UploadFile
from starlette.requests import Request

from market.kernel.errors import Kind, MarketError
from market.web import uploads

MIB = 1 << 20


def form(boundary: str, data: bytes, name: str = "a.pdf", key: str = "k") -> list[bytes]:
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\n{key}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    pieces = [data[start : start + 65536] for start in range(0, len(data), 65536)]
    return [head.encode(), *pieces, f"\r\n--{boundary}--\r\n".encode()]


def request(boundary: str, pieces: list[bytes]) -> tuple[Request, Iterator[Any]]:
    coming = iter(pieces)
    left = len(pieces)

    async def receive() -> dict[str, Any]:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": next(coming), "more_body": left > 0}

    said = f"multipart/form-data; boundary={boundary}".encode()
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b""}
    return Request({**scope, "headers": [(b"content-type", said)]}, receive), coming


async def heard(boundary: str, *what: Any, **more: Any) -> bytes:
    asked, _ = request(boundary, form(boundary, *what, **more))
    said = await uploads.hear(asked, 8 * MIB, 60)
    await asked.close()
    return said


async def test_a_large_file_lies_on_the_disk() -> None:
    asked, _ = request("b", form("b", b"x" * 3 * MIB))
    await uploads.hear(asked, 8 * MIB, 60)
    file = (await asked.form())["file"]
    assert isinstance(file, UploadFile)
    assert file.size == 3 * MIB
    assert file.file._rolled  # type: ignore[attr-defined]  # of a temporary file that spools
    assert await asked.body() == b"", "the body is nowhere whole"
    await asked.close()


async def test_the_same_form_is_known_whatever_its_boundary() -> None:
    first = await heard("one", b"x")
    assert await heard("two", b"x") == first
    others = [await heard("one", b"y"), await heard("one", b"x", "b.pdf")]
    others.append(await heard("one", b"x", key="other"))
    assert first not in others


async def test_a_body_that_is_too_long_is_heard_out_for_a_while_and_not_kept() -> None:
    asked, coming = request("b", form("b", b"x" * 3 * MIB))
    with pytest.raises(MarketError) as refused:
        await uploads.hear(asked, MIB, 60)
    assert refused.value.kind is Kind.TOO_LARGE
    assert next(coming, None) is None, "a browser reads no answer before it has sent all"
    asked, coming = request("b", form("b", b"x" * 9 * MIB))
    with pytest.raises(MarketError):
        await uploads.hear(asked, MIB, 60)
    assert next(coming, None) is not None, "nobody is listened to for ever"


async def test_a_body_that_does_not_come_is_too_slow() -> None:
    async def never() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    asked, _ = request("b", [])
    asked._receive = never
    with pytest.raises(MarketError) as refused:
        await uploads.hear(asked, MIB, 0.01)
    assert refused.value.kind is Kind.TOO_SLOW
