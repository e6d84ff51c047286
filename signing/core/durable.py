"""Files that are there whole or not at all, and stay after a power cut."""

import os
import secrets
from pathlib import Path
from typing import BinaryIO


def write(target: Path, data: bytes) -> None:
    """Put a file in its place by renaming: whoever reads meanwhile finds the old or the new one."""
    _make(target.parent)
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
            settle(file, fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def settle(file: BinaryIO, fresh: Path, target: Path) -> None:
    """Put what was written to `fresh`, and is still open, in the place of `target` for good."""
    file.flush()
    os.fsync(file.fileno())
    _make(target.parent)
    fresh.replace(target)
    sync(target.parent)


def sync(folder: Path) -> None:
    """Let the names in a folder outlive a power cut: a synced file whose name is lost is lost."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(folder: Path) -> None:
    if not folder.exists():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)
