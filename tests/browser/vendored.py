"""What `market/web/static/vendor/manifest.json` must say of the bundles and of our own sources.

The bundles are built by hand with the commands in the manifest; after that
`python -m tests.browser.vendored` writes the new hashes into it. The test compares.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[2] / "market" / "web" / "static"
MANIFEST = STATIC / "vendor" / "manifest.json"


def sha256(path: Path) -> str:
    """SHA-256 of a file, hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes(folder: str, pattern: str) -> dict[str, str]:
    """SHA-256 by path (from `static/`) of the files in one folder."""
    found = sorted((STATIC / folder).glob(pattern))
    return {path.relative_to(STATIC).as_posix(): sha256(path) for path in found}


def read() -> dict[str, Any]:
    """The committed manifest."""
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text("utf-8"))
    return manifest


def current() -> dict[str, dict[str, str]]:
    """The two parts of the manifest that follow from the files beside it."""
    return {"sources": hashes("crypto", "**/*.js"), "outputs": hashes("vendor", "*.js")}


if __name__ == "__main__":
    text = json.dumps(read() | current(), indent=2, ensure_ascii=False)
    MANIFEST.write_text(f"{text}\n", "utf-8")
