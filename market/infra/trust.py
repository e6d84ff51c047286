"""The recognised authorities of this city, read from the folder where the operator puts them."""

from pathlib import Path

from signing import trust_files
from signing.trust import Trust


class TrustFolder:
    """``trust.json`` with certificates and CRLs beside it; read again when a file changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[tuple[str, int], ...] = ()
        self._trust = Trust(())

    def __call__(self) -> Trust:
        """The trust as the files say now; nobody is recognised without them."""
        seen = tuple(
            (str(path), path.stat().st_mtime_ns)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        )
        if seen != self._seen:
            self._trust = trust_files.load(self.folder) if seen else Trust(())
            self._seen = seen
        return self._trust
