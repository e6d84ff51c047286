"""The pool: every candidate as a leaf, sorted, under one root (PROTOCOL.md §6.4).

A pool takes its candidates once, in any order, and keeps only hashes and marks in memory; the
records wait in a temporary file until the walk or the transcript asks for them, so that a million
candidates cost what their hashes cost. What a record says and who belongs in it is the caller's.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from tempfile import SpooledTemporaryFile
from weakref import finalize

from signing.canonical import JsonObject, dumps, loads
from signing.errors import Refused
from signing.hashing import framed, sha256, tagged
from signing.log import tree

IN_MEMORY = 1 << 24  # bytes of records that are kept without a file
_EXCLUDED, _RED = 1, 2
SALT_SIZE = 32
_PREFIX = framed("draw-candidate") + SALT_SIZE.to_bytes(8, "big")


class Pool:
    """The candidates of one draw; position 0 is the lowest leaf."""

    def __init__(self, candidates: Iterable[tuple[JsonObject, bytes]]) -> None:
        """Take (record, salt) of every candidate; refuses one that comes twice."""
        self._items = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives with the pool
        finalize(self, self._items.close)
        leaves: list[bytes] = []
        marks = bytearray()
        ends = array("Q", [0])
        for record, salt in candidates:
            plain = dumps(record)
            leaf = candidate_leaf(plain, salt)
            item = b'{"leaf":"%b","record":%b,"salt":"%b"}' % (
                leaf.hex().encode(),
                plain,
                salt.hex().encode(),
            )
            self._items.write(item)
            leaves.append(leaf)
            ends.append(ends[-1] + len(item))
            marks.append(_mark(record))
        self._order = array("L", sorted(range(len(leaves)), key=leaves.__getitem__))
        self._ends = ends
        self.leaves = [leaves[place] for place in self._order]
        self._marks = bytes(marks[place] for place in self._order)
        if any(map(bytes.__eq__, self.leaves, self.leaves[1:])):
            raise Refused("pool_twice", "pool: a candidate stands in it twice")

    @cached_property
    def root(self) -> bytes:
        """The `pool_root`: the RFC 6962 root whose entries are the sorted leaves."""
        return tree.root_of(self.leaves)

    def __len__(self) -> int:
        return len(self.leaves)

    def items(self) -> Iterator[bytes]:
        """Give {"leaf", "record", "salt"} of every candidate as canonical bytes, by leaf."""
        return map(self._item, range(len(self)))

    def record(self, leaf: bytes) -> JsonObject:
        """Give the record behind a leaf of this pool."""
        found: JsonObject = loads(self._item(self.position(leaf)))["record"]
        return found

    def position(self, leaf: bytes) -> int:
        """Give the position of a leaf, from 0; refuses a stranger."""
        place = bisect_left(self.leaves, leaf)
        if self.leaves[place : place + 1] != [leaf]:
            raise Refused("pool_stranger", "pool: there is no such candidate")
        return place

    def of_stratum(self, stratum: str) -> Iterator[bytes]:
        """Give the leaves that a stratum walks: not excluded and, for `red`, marked so."""
        wanted = _RED if stratum == "red" else 0
        asked = _EXCLUDED | wanted
        leaves = zip(self.leaves, self._marks, strict=True)
        return (leaf for leaf, mark in leaves if mark & asked == wanted)

    def _item(self, position: int) -> bytes:
        place = self._order[position]
        start = self._ends[place]
        self._items.seek(start)
        return self._items.read(self._ends[place + 1] - start)


def candidate_leaf(record: bytes, salt: bytes) -> bytes:
    """Give H("draw-candidate", salt, CJ(record)) of canonical bytes and 32 bytes of salt."""
    if len(salt) != SALT_SIZE:
        raise Refused("salt", "pool: a salt has {size} bytes", size=SALT_SIZE)
    return sha256(_PREFIX + salt + len(record).to_bytes(8, "big") + record)


def pool_salt(salt_key: bytes, candidate: str) -> bytes:
    """Give the salt of a registered candidate, so that no salt can be tried out (§6.3)."""
    return tagged("pool-salt", salt_key, candidate)


def position_code(position: int) -> str:
    """Give the code by which a candidate is shown: 甲-01 is the lowest leaf (§5.6)."""
    return f"甲-{position + 1:02d}"


def _mark(record: JsonObject) -> int:
    return (record["excluded"] is not None) * _EXCLUDED | (record["red"] is True) * _RED
