"""The recognised authorities of this city, read from the folder where the operator puts them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from signing.pki import trust_files
from signing.pki.trust import Trust


class TrustFolder:
    """``trust.json`` with certificates and CRLs beside it; read again when a file changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[tuple[str, int], ...] = ()
        self._trust = Trust(())

    def __call__(self) -> Trust:
        """The trust as the files say now; nobody is recognised without them."""
        seen = tuple(_dated(self.folder))
        if seen != self._seen:
            self._trust = trust_files.load(self.folder) if seen else Trust(())
            self._seen = seen
        return self._trust


def _dated(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*")):
        with suppress(
            FileNotFoundError
        ):  # replaced while one looks: the next call sees the new one
            if path.is_file():
                yield str(path), path.stat().st_mtime_ns
