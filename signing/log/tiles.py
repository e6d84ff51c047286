"""The tree as static files (C2SP tlog-tiles): paths, tiles, entry bundles, writing and reading.

A tile holds up to 256 hashes of every eighth level of the tree, a bundle the 256 entries under a
tile of level 0. Full ones never change; the last of each level is partial and has its width in its
name. Where the files lie is behind `read` and `write`; a checkpoint over them is signed elsewhere,
after they are written.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signing.core.errors import Refused
from signing.log.tree import Nodes, leaf_hash, root

WIDTH = 256
RISE = 8
HASH_SIZE = 32
MOST_BYTES = 2**16 - 1
ENTRIES = "entries"

Read: TypeAlias = Callable[[str], bytes]
Write: TypeAlias = Callable[[str, bytes], object]

_is_path = re.compile(
    r"tile/(entries|[0-7])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
).fullmatch


@dataclass(frozen=True)
class Tile:
    """A tile or bundle: its level (None for entries), its number there, how many it holds."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below the log: `tile/0/x001/x234/067.p/8`."""
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = ENTRIES if self.level is None else self.level
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"


def read_path(path: str) -> Tile:
    """Read a path; refuses every spelling but the one that `Tile.path` gives."""
    match = _is_path(path)
    if match is not None:
        level, groups, width = match.groups()
        number = int(groups.replace("x", "").replace("/", ""))
        found = Tile(None if level == ENTRIES else int(level), number, int(width or WIDTH))
        if found.path == path and found.width <= WIDTH:
            return found
    raise Refused("tile_path", "there is no such tile")


def bundle(entries: Sequence[bytes]) -> bytes:
    """Give the bytes of an entry bundle: each entry behind its length in two bytes."""
    if any(len(entry) > MOST_BYTES for entry in entries):
        raise Refused("entry_size", "an entry has more than {most} bytes", most=MOST_BYTES)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes) -> list[bytes]:
    """Give the entries of a bundle; refuses one that is cut off or too long."""
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data) or len(entries) > WIDTH:
        raise Refused("bundle", "this is no entry bundle")
    return entries


def nodes(read: Read, size: int) -> Nodes:
    """Give the nodes of a tree of `size` that lies in tiles, for the proofs of `tree`."""

    def node(level: int, i: int) -> bytes:
        floor, rise = divmod(level, RISE)
        number, first = divmod(i << rise, WIDTH)
        tile = Tile(floor, number, min(WIDTH, (size >> RISE * floor) - number * WIDTH))
        data = read(tile.path)
        if len(data) != tile.width * HASH_SIZE or first + (1 << rise) > tile.width:
            raise Refused("tile", "{path} has not the length that it must have", path=tile.path)
        return root(_cut(data)[first : first + (1 << rise)])

    return node


def extend(read: Read, write: Write, size: int, entries: Sequence[bytes]) -> int:
    """Write the tiles and bundles for `entries` behind a stored tree of `size`; give the new size.

    Reads what is partial now. Writing the same again is harmless, so a writer that was cut off
    begins again at the size of the last checkpoint.
    """
    kept = size % WIDTH
    old = read_bundle(read(Tile(None, size // WIDTH, kept).path)) if kept else []
    for tile, some in _laid(None, size - kept, [*old, *entries]):
        write(tile.path, bundle(some))
    level, hashes = 0, [leaf_hash(entry) for entry in entries]
    while hashes:
        before = size >> RISE * level
        kept = before % WIDTH
        old = _cut(read(Tile(level, before // WIDTH, kept).path)) if kept else []
        full = []
        for tile, some in _laid(level, before - kept, [*old, *hashes]):
            write(tile.path, b"".join(some))
            if tile.width == WIDTH:
                full.append(root(some))
        level, hashes = level + 1, full
    return size + len(entries)


def _laid(
    level: int | None, start: int, items: Sequence[bytes]
) -> Iterator[tuple[Tile, Sequence[bytes]]]:
    for at in range(0, len(items), WIDTH):
        some = items[at : at + WIDTH]
        yield Tile(level, (start + at) // WIDTH, len(some)), some


def _cut(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
