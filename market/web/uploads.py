"""Forms with files, heard piece by piece: what is large lies on the disk, never whole in memory."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message

from market.kernel.errors import Kind, MarketError

HEARD_OUT: Final = 4  # times the limit, of a body that is refused: a browser reads no answer before
LONGER: Final = 1.75  # than another body may take; after twice ``slow_clients`` ends the connection
AT_ONCE: Final = 24  # files on their way in this process, until they are stored or refused
OF_ONE: Final = 3  # of one person's: the page sends one after the other
RETRY_AFTER: Final = 10  # seconds

_PIECE: Final = 1 << 16
_on_the_way: Counter[str] = Counter()


@contextmanager
def one_more(person: str) -> Iterator[None]:
    """A place for a file that lies on the disk until it is inspected; raises TOO_MANY."""
    if _on_the_way[person] >= OF_ONE or _on_the_way.total() >= AT_ONCE:
        raise MarketError("body.many_files", Kind.TOO_MANY, retry_after=RETRY_AFTER)
    _on_the_way[person] += 1
    try:
        yield
    finally:
        _on_the_way.subtract([person])
        if not _on_the_way[person]:
            del _on_the_way[person]


async def hear(request: Request, limit: int, patience: float) -> bytes:
    """Read the form, its files to temporary ones; returns a hash of its fields and files.

    Raises TOO_LARGE for a body of more than ``limit`` bytes, TOO_SLOW for one that takes too long.
    """
    receive, size = request.receive, 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            while message.get("more_body") and size <= HEARD_OUT * limit:
                message = await receive()
                size += len(message.get("body", b""))
            raise MarketError("body.too_large", Kind.TOO_LARGE, limit=limit)
        return message

    request._receive = counted  # noqa: SLF001 - Starlette's parser has no limit of its own
    seconds = patience * LONGER
    try:
        async with asyncio.timeout(seconds):
            request._form = form = await _parsed(request)  # noqa: SLF001 - where it looks first
    except TimeoutError:
        raise MarketError("body.too_slow", Kind.TOO_SLOW, seconds=f"{seconds:g}") from None
    request._body = b""  # noqa: SLF001 - there is no more to read, for whoever asks as well
    digest = hashlib.sha256()
    for name, value in form.multi_items():
        said = (
            await _hashed(value)
            if isinstance(value, UploadFile)
            else value.encode(errors="replace")
        )
        for part in (name.encode(errors="replace"), said):
            digest.update(len(part).to_bytes(8) + part)
    return digest.digest()


async def _parsed(request: Request) -> FormData:
    """The form, its temporary files closed if it does not come whole; empty for any other body."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return FormData()
    parser = MultiPartParser(request.headers, request.stream(), max_files=10, max_fields=2000)
    try:
        return await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise MarketError("http.bad_request") from error
    except BaseException:
        for file in parser._files_to_close_on_error:  # noqa: SLF001 - it closes them at its own errors alone
            file.close()
        raise


async def _hashed(upload: UploadFile) -> bytes:
    whole = hashlib.sha256()
    while piece := await upload.read(_PIECE):
        whole.update(piece)
    await upload.seek(0)
    return f"{upload.filename}\0{whole.hexdigest()}".encode(errors="replace")
