"""Files that are there whole or not at all, and stay after a power cut."""

import os
import secrets
from pathlib import Path


def write(target: Path, data: bytes) -> None:
    """Put a file in its place by renaming: whoever reads meanwhile finds the old or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
