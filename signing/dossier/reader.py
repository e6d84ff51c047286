"""Reading a dossier: what it lists, and any of its files on demand (PROTOCOL.md §8).

`opened` refuses what is no dossier at all; whether each file is what the manifest says is for check
1 to tell, so `read` gives the bytes as they are. Nothing is unpacked to a disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from signing.core.canonical import JsonObject, loads
from signing.core.errors import Refused
from signing.core.shape import exactly, fits, hex_of, is_natural, is_text, list_of, must_have
from signing.dossier import layout
from signing.dossier.container import Member, content, members

LARGEST = 1 << 29  # one file in memory: the transcript of more candidates than a country registers

_MANIFEST = {
    "v": exactly(1),
    "kind": exactly("dossier"),
    "about": list_of(is_text),
    "origin": is_text,
    "size": is_natural,
    "last": list_of(fits({"about": is_text, "index": is_natural})),
    "software": is_text,
    "files": list_of(fits({"path": is_text, "size": is_natural, "sha256": hex_of(32)})),
}


@dataclass(frozen=True)
class Archive:
    """An opened dossier."""

    file: BinaryIO
    members: tuple[Member, ...]
    manifest: JsonObject

    @cached_property
    def by_name(self) -> dict[str, Member]:
        """Every member by its name."""
        return {one.name: one for one in self.members}

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return path in self.by_name

    def below(self, folder: str) -> list[str]:
        """Give the paths in a folder, in order."""
        return sorted(name for name in self.by_name if name.startswith(folder))

    def pieces(self, path: str) -> Iterator[bytes]:
        """Give a file's bytes piece by piece; refuses (`missing`, `member`)."""
        member = self.by_name.get(path)
        if member is None:
            raise Refused("missing", "{path} is missing", path=path)
        return content(self.file, member)

    def read(self, path: str) -> bytes:
        """Give a file's bytes."""
        member = self.by_name.get(path)
        if member is not None and member.size > LARGEST:
            raise Refused("too_large", "{path} is too large to be read", path=path)
        return b"".join(self.pieces(path))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a file as a dossier; refuses (`archive`, `manifest`) what is none."""
    with path.open("rb") as file:
        found = members(file)
        by_name = {one.name: one for one in found}
        if len(by_name) != len(found):
            raise Refused("archive", "a file stands twice in the archive")
        manifest = by_name.get(layout.MANIFEST)
        if manifest is None or manifest.size > LARGEST:
            raise Refused("manifest", "this archive is no dossier: it has no manifest.json")
        try:
            body = must_have(layout.MANIFEST, loads(b"".join(content(file, manifest))), _MANIFEST)
        except Refused as refusal:
            said = "this archive is no dossier: manifest.json: {cause}"
            raise Refused("manifest", said, cause=str(refusal)) from refusal
        paths = [row["path"] for row in body["files"]]
        if len(set(paths)) != len(paths):
            raise Refused("manifest", "this archive is no dossier: manifest.json: a file twice")
        yield Archive(file, tuple(found), body)
