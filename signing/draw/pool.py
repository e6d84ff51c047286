"""The pool: every candidate as a leaf, sorted, under one root (PROTOCOL.md §6.4).

A pool takes its candidates once, in any order, and keeps only hashes and marks in memory; the
records wait in a temporary file until the walk or the transcript asks for them, so that a million
candidates cost what their hashes cost. What a record says and who belongs in it is the caller's.
"""

from array import array
from binascii import hexlify
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from itertools import compress, islice
from operator import eq

from signing.core.canonical import JsonObject, dumps, loads
from signing.core.errors import Refused
from signing.core.hashing import framed
from signing.draw.spool import Shelf
from signing.log import tree

_BATCH = 1024
_EXCLUDED, _RED = 1, 2
SALT_SIZE = 32
_SALT_LENGTH = SALT_SIZE.to_bytes(8, "big")
_CANDIDATE = framed("draw-candidate") + _SALT_LENGTH
_SALT = framed("pool-salt")


class Pool:
    """The candidates of one draw; position 0 is the lowest leaf."""

    def __init__(self, candidates: Iterable[tuple[JsonObject, bytes]]) -> None:
        """Take (record, salt) of every candidate; refuses one that comes twice."""
        self._shelf = Shelf()
        rest, leaves, marks = iter(candidates), [], bytearray()
        while some := [(dumps(record), salt, record) for record, salt in islice(rest, _BATCH)]:
            leaves += [candidate_leaf(plain, salt) for plain, salt, _ in some]
            marks += bytes(_mark(record) for _, _, record in some)
            self._shelf.put([salt + plain for plain, salt, _ in some])
        self._order = array("L", sorted(range(len(leaves)), key=leaves.__getitem__))
        self.leaves = list(map(leaves.__getitem__, self._order))
        self._marks = bytes(map(marks.__getitem__, self._order))
        if any(map(eq, self.leaves, islice(self.leaves, 1, None))):
            raise Refused("pool_twice", "pool: a candidate stands in it twice")

    @cached_property
    def root(self) -> bytes:
        """The `pool_root`: the RFC 6962 root whose entries are the sorted leaves."""
        return tree.root_of(self.leaves)

    def __len__(self) -> int:
        return len(self.leaves)

    def items(self) -> Iterator[bytes]:
        """Give {"leaf", "record", "salt"} of every candidate as canonical bytes, by leaf."""
        for leaf, kept in zip(self.leaves, self._shelf.each(self._order), strict=True):
            salt, record = hexlify(kept[:SALT_SIZE]), kept[SALT_SIZE:]
            yield b'{"leaf":"%b","record":%b,"salt":"%b"}' % (hexlify(leaf), record, salt)

    def record(self, leaf: bytes) -> JsonObject:
        """Give the record behind a leaf of this pool."""
        kept = self._shelf[self._order[self.position(leaf)]]
        found: JsonObject = loads(kept[SALT_SIZE:])
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
        walks = bytes(mark & asked == wanted for mark in range(256))
        return compress(self.leaves, self._marks.translate(walks))


def candidate_leaf(record: bytes, salt: bytes) -> bytes:
    """Give H("draw-candidate", salt, CJ(record)) of canonical bytes and 32 bytes of salt."""
    if len(salt) != SALT_SIZE:
        raise Refused("salt", "pool: a salt has {size} bytes", size=SALT_SIZE)
    return sha256(b"".join((_CANDIDATE, salt, len(record).to_bytes(8, "big"), record))).digest()


def pool_salt(salt_key: bytes, candidate: str) -> bytes:
    """Give the salt of a registered candidate, so that no salt can be tried out (§6.3)."""
    name = candidate.encode()
    sizes = len(salt_key).to_bytes(8, "big"), len(name).to_bytes(8, "big")
    return sha256(b"".join((_SALT, sizes[0], salt_key, sizes[1], name))).digest()


def position_code(position: int) -> str:
    """Give the code by which a candidate is shown: 甲-01 is the lowest leaf (§5.6)."""
    return f"甲-{position + 1:02d}"


def _mark(record: JsonObject) -> int:
    return (record["excluded"] is not None) * _EXCLUDED | (record["red"] is True) * _RED
