"""The ledger as mathematics: growing, proving, computing again, beside bare hashes."""

import hashlib
from collections.abc import Iterator

from signing.log import tree
from tests.bench.measure import Goal, Row, Sizes, race

ENTRY = (
    b'{"about":"round:DZ-2026-000318/1","at":"2026-11-22T09:30:00.000Z","by":"clock","facts":'
    b'{"kind":"applicants","root":"%064x","sha256":"%064x"},"prev":%d,"tag":"selection:round","v":1}'
)


TWO = "2 bare SHA-256 an entry"


def rows(sizes: Sizes) -> Iterator[Row]:
    """Full recomputation, append, proof."""
    entries = [ENTRY % (n, n, n) for n in range(sizes.entries)]
    top, many = tree.root_of(entries), f"{sizes.entries:,} entries"

    def bare() -> None:
        sha256 = hashlib.sha256
        for entry in entries:
            leaf = sha256(b"\0" + entry).digest()
            sha256(b"\1" + leaf + leaf).digest()

    def again() -> None:
        if tree.root_of(entries) != top:
            raise RuntimeError("another root")

    def append() -> None:
        grown = tree.Frontier()
        for entry in entries:
            grown.append(tree.leaf_hash(entry))
        if grown.root() != top:
            raise RuntimeError("another root")

    whole, grown = race(again, bare, sizes.rounds), race(append, bare, sizes.rounds)
    yield whole.row("ledger, recomputation", many, TWO, sizes.entries, Goal("≥", 0.9))
    yield grown.row("ledger, append", f"{many}, one by one", TWO, sizes.entries, None)
    yield _proofs(entries, sizes.rounds)


def _proofs(entries: list[bytes], rounds: int) -> Row:
    size = len(entries)
    leaves = [tree.leaf_hash(entry) for entry in entries]
    nodes, top = tree.in_memory(leaves), tree.root(leaves)
    some, depth = range(0, size, max(1, size // 2000)), (size - 1).bit_length()

    def prove() -> None:
        for index in some:
            proof = tree.inclusion(nodes, index, size)
            if not tree.included(leaves[index], index, size, proof, top):
                raise RuntimeError("a proof that does not hold")

    def path() -> None:
        sha256 = hashlib.sha256
        for index in some:
            found = leaves[index]
            for _ in range(depth):
                found = sha256(b"\1" + found + found).digest()

    what, beside = f"made and checked, of {size:,} entries", f"{depth} bare SHA-256"
    return race(prove, path, rounds).row("ledger, proof", what, beside, len(some), None)
