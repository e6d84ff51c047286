"""The RFC 6962 tree: roots, proofs of inclusion and of consistency, growing without the leaves.

A proof is made from `Nodes`, a function that gives the hash of a complete subtree, so that a ledger
of any size can stay in its tiles. Nothing recurses and nothing is trusted: a proof from outside
that is too short, too long or false gives False, never an error.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeAlias

from signing.core.errors import Refused

# (level, i) gives the hash over the 2^level leaves from i * 2^level on.
Nodes: TypeAlias = Callable[[int, int], bytes]

_SUBTREE = 1024
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Give SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes; of none, SHA-256 of nothing."""
    level = leaves
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def root_of(entries: Iterable[bytes]) -> bytes:
    """Give the root over entries: the bulk way, two hashes per entry, in little memory.

    A complete subtree at a time, which moves up as one node (RFC 6962 splits at powers of two).
    """
    sha256, rest, tops = hashlib.sha256, iter(entries), []
    while some := [sha256(b"\0" + entry).digest() for entry in islice(rest, _SUBTREE)]:
        tops.append(root(some))
    return root(tops)


def in_memory(leaves: Sequence[bytes]) -> Nodes:
    """Give the nodes over leaf hashes, all kept in memory."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    return lambda level, i: levels[level][i]


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Give the proof that leaf `index` stands in the tree of `size` (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise Refused("range", "no leaf {index} in a tree of {size}", index=index, size=size)
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(subtree(nodes, middle, high))
            high = middle
        else:
            proof.append(subtree(nodes, low, middle))
            low = middle
    return proof[::-1]


def consistency(nodes: Nodes, first: int, second: int) -> list[bytes]:
    """Give the proof that the tree of `second` leaves extends that of `first` (RFC 6962 §2.1.2)."""
    if not 0 <= first <= second:
        raise Refused("range", "{second} does not extend {first}", first=first, second=second)
    proof: list[bytes] = []
    low, high = 0, second if first else 0
    while high > first:
        middle = low + _split(high - low)
        if first <= middle:
            proof.append(subtree(nodes, middle, high))
            high = middle
        else:
            proof.append(subtree(nodes, low, middle))
            low = middle
    return [*([subtree(nodes, low, high)] if low else []), *proof[::-1]]


def subtree(nodes: Nodes, low: int, high: int) -> bytes:
    """Give the hash over leaves low…high-1, where `low` is a multiple of the left half's size."""
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(nodes(level, low >> level))
        low += 1 << level
    return _folded(parts)


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes) -> bool:
    """Tell whether `proof` leads from the leaf hash to the root `top` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(part, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, part)
        place, last = place >> 1, last >> 1
    return last == 0 and found == top


def consistent(
    first: int, second: int, proof: Sequence[bytes], first_top: bytes, second_top: bytes
) -> bool:
    """Tell whether the tree (second, second_top) extends (first, first_top) (RFC 9162 §2.1.4.2)."""
    if first in (0, second):
        return not proof and first_top == (second_top if first else EMPTY)
    if not 0 < first < second or not proof:
        return False
    parts = list(proof) if first & (first - 1) else [first_top, *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, part)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_top and new == second_top


class Frontier:
    """A tree that only grows: its size and the roots of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, parts: Sequence[bytes] = ()) -> None:
        if len(parts) != size.bit_count():
            raise Refused("frontier", "a tree of {size} has other parts", size=size)
        self.size = size
        self.parts = list(parts)

    @classmethod
    def over(cls, nodes: Nodes, size: int) -> "Frontier":
        """Take up a tree of `size` that is stored elsewhere."""
        parts, low = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                parts.append(nodes(level, low >> level))
                low += 1 << level
        return cls(size, parts)

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash; give its index."""
        index, carried = self.size, self.size
        while carried & 1:
            leaf = node_hash(self.parts.pop(), leaf)
            carried >>= 1
        self.parts.append(leaf)
        self.size += 1
        return index

    def root(self) -> bytes:
        """Give the root now."""
        return _folded(self.parts)


def _above(level: Sequence[bytes]) -> list[bytes]:
    sha256, rest = hashlib.sha256, iter(level)
    pairs = zip(rest, rest, strict=False)  # a lone last node moves up as it is
    above = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    return [*above, level[-1]] if len(level) & 1 else above


def _folded(parts: Sequence[bytes]) -> bytes:
    if not parts:
        return EMPTY
    found = parts[-1]
    for part in reversed(parts[:-1]):
        found = node_hash(part, found)
    return found


def _split(size: int) -> int:
    """Give the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
