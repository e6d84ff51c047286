"""The parent: hands a file to a child, hears one answer, and ends the child whatever happens."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from market.infra.inspection.kinds import KINDS, Kind
from market.kernel.errors import Kind as ErrorKind
from market.kernel.errors import MarketError

COMMAND: Final = (sys.executable, "-I", "-m", "market.infra.inspection")
SECONDS: Final = 60.0
AT_ONCE: Final = 2  # children; each may take ``limits.MEMORY``
_PIECE: Final = 1 << 16
_places = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Clean:
    """A file that may be kept: what it is, how long, and its bytes, to be taken once."""

    kind: Kind
    size: int
    pieces: AsyncIterator[bytes]


@asynccontextmanager
async def inspected(file: IO[bytes]) -> AsyncIterator[Clean]:
    """The file at ``file``'s descriptor, clean, for as long as the block runs.

    Raises UNPROCESSABLE with the sentence that says what to do, also for what makes its child eat
    too much memory or time, or die.
    """
    file.flush()
    file.seek(0)
    async with _places, _child(file) as child:
        try:
            async with asyncio.timeout(SECONDS):
                yield await _answer(child)
        except TimeoutError:
            raise _refused("inspection.too_much") from None


@asynccontextmanager
async def _child(file: IO[bytes]) -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=file.fileno(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        env={},
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


async def _answer(child: asyncio.subprocess.Process) -> Clean:
    assert child.stdout is not None  # noqa: S101 - asked for above
    try:
        line = await child.stdout.readline()
        said = json.loads(line)
    except ValueError:  # a line without end, or none at all: it was killed
        raise _refused("inspection.too_much") from None
    match said:
        case {"refused": str(key), "facts": dict(facts)} if not await child.stdout.read(1):
            raise _refused(key, **facts)
        case {"kind": str(name), "size": int(size)} if name in KINDS and size > 0:
            return Clean(KINDS[name], size, _pieces(child.stdout, size))
    raise _refused("inspection.unreadable")


async def _pieces(stream: asyncio.StreamReader, size: int) -> AsyncIterator[bytes]:
    """Just ``size`` bytes, and the end after them."""
    while size > 0 and (piece := await stream.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece
    if size or await stream.read(1):
        raise _refused("inspection.unreadable")


def _refused(key: str, **facts: Any) -> MarketError:
    return MarketError(key, ErrorKind.UNPROCESSABLE, **facts)
