import hashlib
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.core.errors import Refused
from signing.log import tree

MOST = 40
ENTRIES = [b"entry %d" % n for n in range(MOST)]
LEAVES = [tree.leaf_hash(entry) for entry in ENTRIES]
NODES = tree.in_memory(LEAVES)
ROOTS = [tree.root(LEAVES[:size]) for size in range(MOST + 1)]


def reference_root(entries: Any) -> Any:
    """RFC 6962 §2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while 2 * k < len(entries):
        k *= 2
    left, right = reference_root(entries[:k]), reference_root(entries[k:])
    return hashlib.sha256(b"\1" + left + right).digest()


def test_roots_are_those_of_the_rfc() -> None:
    for size in range(MOST + 1):
        assert ROOTS[size] == reference_root(ENTRIES[:size]) == tree.root_of(ENTRIES[:size])


@pytest.mark.parametrize("size", [1023, 1024, 1025, 3000, 4096, 5001])
def test_many_entries_in_bulk(size: Any) -> None:
    entries = [b"%d" % n for n in range(size)]
    assert tree.root_of(iter(entries)) == reference_root(entries)


def test_the_frontier_grows_to_the_same_roots() -> None:
    growing = tree.Frontier()
    for size, leaf in enumerate(LEAVES):
        assert (growing.size, growing.root()) == (size, ROOTS[size])
        assert growing.append(leaf) == size
        assert tree.Frontier.over(NODES, size + 1).parts == growing.parts
        assert tree.Frontier(size + 1, growing.parts).root() == ROOTS[size + 1]


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(Refused):
        tree.Frontier(3, [bytes(32)])


def test_every_inclusion_proof_up_to_40() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = tree.inclusion(NODES, index, size)
            assert tree.included(LEAVES[index], index, size, proof, ROOTS[size])
            wrongs = [
                (LEAVES[index - 1] if index else bytes(32), index, size, proof, ROOTS[size]),
                (LEAVES[index], index, size, [*proof, bytes(32)], ROOTS[size]),
                (LEAVES[index], index, size, proof, ROOTS[size - 1]),
                (LEAVES[index], size, size, proof, ROOTS[size]),
                (LEAVES[index], -1, size, proof, ROOTS[size]),
            ]
            if proof:
                wrongs.append((LEAVES[index], index, size, proof[:-1], ROOTS[size]))
                wrongs.append((LEAVES[index], index, size, [bytes(32), *proof[1:]], ROOTS[size]))
            assert not any(tree.included(*wrong) for wrong in wrongs)


def test_every_consistency_proof_up_to_40() -> None:
    for second in range(MOST + 1):
        for first in range(second + 1):
            proof = tree.consistency(NODES, first, second)
            assert tree.consistent(first, second, proof, ROOTS[first], ROOTS[second])
            wrongs = [
                (first, second, [*proof, bytes(32)], ROOTS[first], ROOTS[second]),
                (first, second, proof, bytes(32), ROOTS[second]),
                (second + 1, second, proof, ROOTS[first], ROOTS[second]),
                (-1, second, proof, ROOTS[first], ROOTS[second]),
            ]
            if first:
                wrongs.append((first, second, proof, ROOTS[first], bytes(32)))
            if proof:
                wrongs.append((first, second, proof[:-1], ROOTS[first], ROOTS[second]))
                wrongs.append((first, second, [], ROOTS[first], ROOTS[second]))
            assert not any(tree.consistent(*wrong) for wrong in wrongs)


def test_the_shorter_tree_never_extends_the_longer() -> None:
    assert not tree.consistent(5, 3, [], ROOTS[5], ROOTS[3])
    with pytest.raises(Refused):
        tree.consistency(NODES, 5, 3)
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(Refused):
            tree.inclusion(NODES, index, size)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_agreement_with_pymerkle(entries: Any, data: Any) -> None:
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    leaves = [tree.leaf_hash(entry) for entry in entries]
    nodes, size = tree.in_memory(leaves), len(entries)
    assert theirs.get_root() == tree.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = set(theirs.prove_inclusion(index + 1, size).path)
    assert path == {leaves[index], *tree.inclusion(nodes, index, size)}
    first = data.draw(st.integers(1, size))
    ours = tree.consistency(nodes, first, size)
    assert tree.consistent(first, size, ours, theirs.get_root(first), theirs.get_root())


@given(st.integers(0, 300), st.integers(0, 300), st.lists(st.binary(min_size=32, max_size=32)))
def test_made_up_proofs_prove_nothing(first: Any, second: Any, proof: Any) -> None:
    top = tree.leaf_hash(b"somewhere else")
    assert not tree.included(LEAVES[0], first, second, proof, top)
    assert not tree.consistent(first, second, proof, top, bytes(32))
