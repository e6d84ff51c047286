"""A project's dossier (项目卷宗) as a stream; every file follows from entries under a checkpoint.

Reads only. The newest checkpoint with a quorum decides as of when; what came after it waits for the
next download. The layout is ``signing.dossier``'s, what must hold in it ``signing.verify``'s
(PROTOCOL.md §8). Nobody is named here who was not named before.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from market.documents import seal
from market.dossiers.contents import Contents, contents
from market.dossiers.files import files
from market.kernel.call import Tools
from market.kernel.errors import Kind, MarketError
from signing.dossier.writer import Dossier
from signing.statements import cades

__all__ = ["Contents", "contents", "must_be_complete", "stream"]

LARGE: Final = 1 << 20  # bytes of a file that takes too long for the event loop


def must_be_complete(tools: Tools) -> None:
    """Raise before the first byte what would break a stream off: a bad trust folder, no seal."""
    try:
        tools.trust()
        seal.city_seal(tools.data / "seal")
    except (OSError, ValueError) as error:
        raise MarketError("dossier.not_ready", Kind.UNAVAILABLE) from error


async def stream(tools: Tools, what: Contents) -> AsyncIterator[bytes]:
    """The bytes of the ZIP, file by file; the seal over the manifest is made at the end."""
    dossier = Dossier(what.cover, lambda manifest: _sealed(tools, manifest))
    async for path, data in files(tools, what):
        pieces = dossier.add(path, data)
        if isinstance(data, bytes) and len(data) > LARGE:  # hashed and put aside before the first
            yield await asyncio.to_thread(next, pieces)
        for piece in pieces:
            yield piece
    for piece in await asyncio.to_thread(lambda: list(dossier.end())):
        yield piece


def _sealed(tools: Tools, manifest: bytes) -> bytes:
    folder = tools.data / "seal"
    stamper = seal.stamper(folder, tools.tsa, tools.clock)
    return cades.sign_and_stamp(manifest, seal.city_seal(folder), tools.clock(), stamper)
