"""Files by their SHA-256: written once, synced before they are acknowledged, checked when read."""

import asyncio
import hashlib
from pathlib import Path

from market.kernel.errors import Kind, MarketError, not_found
from signing.core import durable


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
