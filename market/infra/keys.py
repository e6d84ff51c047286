"""The key store: files of mode 0600 in a folder of their own, beside the database, never in it."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core import durable


class KeyFolder:
    """Keys by name; each is 32 random bytes in one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def ed25519(self, name: str) -> Ed25519PrivateKey:
        """The signing key of that name, made at first use."""
        return _ed25519(self.secret(name))

    def secret(self, name: str) -> bytes:
        """The 32 bytes of that name, durably made at first use, once for all processes."""
        path = self._path(name)
        try:
            return _read(path)
        except FileNotFoundError:
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
            durable.sync(self.folder)
            return path.read_bytes()

    def holds(self, name: str) -> bool:
        """Whether there is a key of that name."""
        return self._path(name).exists()

    def names(self, prefix: str) -> list[str]:
        """The names that begin so."""
        return sorted(path.stem for path in self.folder.glob(f"{prefix}*.key"))

    def destroy(self, name: str) -> None:
        """Overwrite and remove; what was derived from it can no longer be linked."""
        path = self._path(name)
        halves = self.folder.glob(f"{path.name}.*")  # of a process that died while it made the key
        for one in (*halves, *([path] if path.exists() else [])):
            with one.open("r+b") as file:
                file.write(bytes(32))
                file.flush()
                os.fsync(file.fileno())
            one.unlink()
        durable.sync(self.folder)

    def _path(self, name: str) -> Path:
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            raise ValueError(f"not a key name: {name!r}")
        return self.folder / f"{name}.key"


def _read(path: Path) -> bytes:
    """The file, without what Python does to open one: each receipt reads its key."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 64)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=8)
def _ed25519(secret: bytes) -> Ed25519PrivateKey:
    """Half of a signature's time is the way from these bytes to the key."""
    return Ed25519PrivateKey.from_private_bytes(secret)
