"""Files by their SHA-256: written once, synced before they are acknowledged, checked when read."""

import asyncio
import hashlib
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from market.kernel.call import Taken
from market.kernel.errors import Kind, MarketError, not_found
from signing.core import durable

PIECE: Final = 1 << 16
RESERVE: Final = 512 << 20  # bytes of the disk that strangers' files leave to ledger and envelopes


class FileFolder:
    """A content-addressed folder on the local disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def put(self, data: bytes) -> str:
        """Store durably; returns the SHA-256 in hex.

        A full disk raises NO_ROOM, nothing is half kept.
        """
        return await asyncio.to_thread(self._put, data)

    async def get(self, sha256: str) -> bytes:
        """The bytes of that hash; raises NOT_FOUND."""
        data = await asyncio.to_thread(self._read, sha256)
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            raise not_found("file")
        return data

    async def take(self, pieces: AsyncIterator[bytes]) -> Taken:
        """Store what comes piece by piece, as ``put`` does, never whole in memory.

        What ``pieces`` raises goes on to the caller, and nothing is kept. It leaves ``RESERVE``
        free: whoever may hang files on things cannot stop what has a deadline.
        """
        if (await asyncio.to_thread(shutil.disk_usage, self.folder)).free < RESERVE:
            raise MarketError("files.no_room", Kind.NO_ROOM)
        fresh = self.folder / f".{secrets.token_hex(16)}"
        digest, size = hashlib.sha256(), 0
        try:
            with await asyncio.to_thread(fresh.open, "xb") as file:
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
                    digest.update(piece)
                    size += len(piece)
                sha256 = digest.hexdigest()
                await asyncio.to_thread(durable.settle, file, fresh, self._path(sha256))
        except OSError as error:
            raise MarketError("files.no_room", Kind.NO_ROOM) from error
        finally:
            await asyncio.to_thread(fresh.unlink, missing_ok=True)
        return Taken(sha256, size)

    async def pieces(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes of that hash piece by piece, checked before the first; raises NOT_FOUND."""
        path = self._path(sha256)
        if not await asyncio.to_thread(_is_whole, path, sha256):
            raise not_found("file")
        return _pieces(path)

    def _put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if path.exists():
            return sha256
        try:
            durable.write(path, data)
        except OSError as error:
            raise MarketError("files.no_room", Kind.NO_ROOM) from error
        return sha256

    def _read(self, sha256: str) -> bytes | None:
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise not_found("file")
        return self.folder / sha256[:2] / sha256


def _is_whole(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
