"""Agreement with vectors that another implementation made: see vectors/independent/README.md."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from signing.core import canonical, hashing
from signing.core.errors import NotCanonical, Refused, Unreadable
from signing.draw import transcript
from signing.log import checkpoint, note, tree
from signing.sealing import sealed

FOLDER = Path(__file__).parent / "vectors" / "independent"


def vector(name: Any) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("one", vector("canonical")["good"], ids=lambda one: one["bytes_hex"][:16])
def test_canonical_good(one: Any) -> None:
    data = bytes.fromhex(one["bytes_hex"])
    assert canonical.dumps(one["value"]) == data
    assert canonical.loads(data) == one["value"]


@pytest.mark.parametrize("one", vector("canonical")["bad"], ids=lambda one: one["text"])
def test_canonical_bad(one: Any) -> None:
    with pytest.raises(NotCanonical) as refusal:
        canonical.loads(one["text"].encode())
    assert refusal.value.code == one["why"].replace(" ", "_")


@pytest.mark.parametrize("one", vector("hash"), ids=lambda one: one["tag"])
def test_tagged_hash(one: Any) -> None:
    parts = [
        bytes.fromhex(p["hex"]) if "hex" in p else next(iter(p.values())) for p in one["parts"]
    ]
    assert hashing.tagged(one["tag"], *parts).hex() == one["digest"]


def test_merkle_tree() -> None:
    given = vector("merkle")
    leaves = [tree.leaf_hash(entry.encode()) for entry in given["entries"]]
    nodes = tree.in_memory(leaves)
    roots = {size: tree.root(leaves[:size]) for size in range(len(leaves) + 1)}
    listed = given["roots"]
    pairs = listed.items() if isinstance(listed, dict) else enumerate(listed)
    for size, top in pairs:
        assert roots[int(size)].hex() == top
    for one in given["inclusion"]:
        proof = tree.inclusion(nodes, one["index"], one["size"])
        assert [part.hex() for part in proof] == one["proof"]
        leaf, top = leaves[one["index"]], roots[one["size"]]
        assert tree.included(leaf, one["index"], one["size"], proof, top)
    for one in given["consistency"]:
        first, second = one["first"], one["second"]
        proof = tree.consistency(nodes, first, second)
        assert [part.hex() for part in proof] == one["proof"]
        assert tree.consistent(first, second, proof, roots[first], roots[second])


def test_note_with_a_witness() -> None:
    given = vector("note")
    parsed = note.parse(given["note"])
    assert str(parsed) == given["note"]
    public = bytes.fromhex(given["log_public_key"])
    found = checkpoint.check_log(parsed, given["origin"], public)
    entries = [entry.encode() for entry in vector("merkle")["entries"]]
    assert (found.size, found.root) == (20, tree.root_of(entries))
    key = bytes.fromhex(given["witness_public_key"])
    witness = checkpoint.Witness(given["witness"], key, platform=False)
    assert checkpoint.cosigned_at(parsed, witness) is not None
    assert checkpoint.strangers(parsed, given["origin"], public, [witness]) == []


def pairs_of_shares(given: Any) -> Any:
    envelope = sealed.read(canonical.dumps(given["envelope"]))
    keys = [
        sealed.X25519PrivateKey.from_private_bytes(bytes.fromhex(key))
        for key in given["trustee_private_keys"]
    ]
    shares = {x: sealed.open_box(envelope, x, key) for x, key in enumerate(keys, 1)}
    chosen = itertools.chain(itertools.combinations(shares, 2), [tuple(shares)])
    return envelope, [{x: shares[x] for x in some} for some in chosen]


def test_envelope_opens_for_every_pair() -> None:
    given = vector("envelope")
    envelope, choices = pairs_of_shares(given)
    assert envelope.sha256 == given["envelope_sha256"]
    for shares in choices:
        dek = sealed.recover(envelope, shares)
        assert dek.hex() == given["dek"]
        assert sealed.decrypt(envelope, dek).hex() == given["payload_hex"]


def test_envelope_without_a_polynomial_opens_for_nobody() -> None:
    envelope, choices = pairs_of_shares(vector("envelope_bad"))
    for shares in choices:
        with pytest.raises(Unreadable) as refusal:
            sealed.recover(envelope, shares)
        assert refusal.value.code == "polynomial"


@pytest.mark.parametrize("name", ["draw", "draw_dropped"])
def test_draw(name: Any) -> None:
    given = vector(name)
    done = transcript.check(given)
    pieces = transcript.transcript(
        done,
        freeze_index=given["freeze"]["index"],
        freeze_sha256=given["freeze"]["sha256"],
        result_index=given["result_index"],
    )
    assert b"".join(pieces) == canonical.dumps(given)


@pytest.mark.parametrize("name", ["draw", "draw_dropped"])
@pytest.mark.parametrize(
    "part", ["draw_id", "pool_root", "seed", "dropped", "walk", "taken", "reserves"]
)
def test_draw_with_one_part_changed(name: Any, part: Any) -> None:
    given = vector(name)
    value = given[part]
    given[part] = [*value, "f" * 64] if isinstance(value, list) else value[::-1]
    with pytest.raises(Refused):
        transcript.check(given)
