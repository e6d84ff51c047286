"""Writing a dossier as a stream: files go in one by one, the manifest comes last (PROTOCOL.md §8).

Only the list of files is kept in memory. What the files are and who signs is the caller's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from signing.core.canonical import JsonObject, dumps, dumps_with
from signing.core.errors import Refused
from signing.dossier import layout
from signing.dossier.container import Packing


@dataclass(frozen=True, slots=True)
class Cover:
    """What the manifest says besides its files.

    `last` are the (about, index) of the last entry about each thing, `size` the ledger's size under
    the checkpoint inside.
    """

    origin: str
    size: int
    last: Sequence[tuple[str, int]]
    software: str

    def manifest(self, files: Iterable[bytes]) -> Iterator[bytes]:
        """Give the bytes of `manifest.json`, piece by piece."""
        last = sorted(self.last)
        body: JsonObject = {
            "v": 1,
            "kind": "dossier",
            "about": [about for about, _ in last],
            "origin": self.origin,
            "size": self.size,
            "last": [{"about": about, "index": index} for about, index in last],
            "software": self.software,
        }
        return dumps_with(body, "files", files)


class Dossier:
    """A dossier on its way out; every method gives the bytes to send."""

    def __init__(self, cover: Cover, sign: Callable[[bytes], bytes]) -> None:
        """Take the cover, and what makes the CMS over the manifest's bytes."""
        self._cover = cover
        self._sign = sign
        self._packing = Packing()

    def add(self, path: str, pieces: bytes | Iterable[bytes]) -> Iterator[bytes]:
        """Add one file; refuses a path that no dossier has."""
        if not layout.is_known(path):
            raise Refused("path", "no dossier has a file {path}", path=path)
        yield from self._packing.add(path, [pieces] if isinstance(pieces, bytes) else pieces)

    def end(self) -> Iterator[bytes]:
        """Add manifest and signature, and close."""
        rows = (
            dumps({"path": one.path, "size": one.size, "sha256": one.sha256})
            for one in self._packing.written
        )
        manifest = b"".join(self._cover.manifest(rows))
        yield from self._packing.add(layout.MANIFEST, [manifest])
        yield from self._packing.add(layout.SEAL, [self._sign(manifest)])
        yield from self._packing.end()


def opened_file(envelope: str, shares: Iterable[tuple[int, bytes]], payload: str | None) -> bytes:
    """Give the bytes of `opened/<sha256>.json`; the payload in base64, None if unreadable."""
    rows = [{"x": x, "share": share.hex()} for x, share in sorted(shares)]
    return dumps({"v": 1, "envelope": envelope, "shares": rows, "payload_b64": payload})
