"""The JavaScript and the protocol's vectors agree: canonical JSON, hashes, trees, envelopes."""

import hashlib
from collections.abc import Awaitable, Callable
from itertools import combinations
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.core.canonical import dumps
from signing.sealing.sealed import open_box, read
from tests.browser.conftest import vector

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser


async def test_canonical_values_have_their_bytes_and_back(run: Run) -> None:
    good = vector("canonical")["good"]
    for case in good:
        made = await run("check", "return lib.hex(lib.dumps(given));", case["value"])
        assert made == {"value": case["bytes_hex"]}
        back = await run("check", "return lib.loads(bytes(given));", case["bytes_hex"])
        assert back == {"value": case["value"]}
    assert len(good) >= 6


@pytest.mark.parametrize("case", vector("canonical")["bad"], ids=lambda case: case["why"])
async def test_what_is_not_canonical_is_refused(run: Run, case: dict[str, str]) -> None:
    body = "return lib.loads(new TextEncoder().encode(given));"
    assert (await run("check", body, case["text"])).get("refused")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 32 + "]" * 32, None),
        ("[" * 33 + "]" * 33, "nesting"),
        ("[" * 100_000, "syntax"),
        ("\ufeff{}", "syntax"),
        ('{"a":9007199254740992}', "integer"),
        ('{"__proto__":1}', "key"),
        ('{"constructor":1}', None),
        ('"\u2028"', None),
    ],
)
async def test_edges_of_canonical_json(run: Run, text: str, code: str | None) -> None:
    body = "lib.loads(bytes(given)); return true;"
    answer = await run("check", body, text.encode().hex())
    assert answer.get("refused") == code


async def test_bytes_that_are_not_utf8_are_refused(run: Run) -> None:
    assert (await run("check", "return lib.loads(bytes(given));", "22ff22"))[
        "refused"
    ] == "encoding"


async def test_tagged_hashes(run: Run) -> None:
    body = """return given.map(({tag, parts}) => lib.hex(lib.tagged(tag, ...parts.map((part) =>
      "hex" in part ? bytes(part.hex) : "text" in part ? part.text : part.number))));"""
    cases = vector("hash")
    assert (await run("check", body, cases))["value"] == [case["digest"] for case in cases]


async def test_roots_and_inclusion_proofs(run: Run) -> None:
    tree = vector("merkle")
    body = """const entries = given.entries.map((text) => new TextEncoder().encode(text));
    return given.roots.map((_, size) => lib.hex(lib.root(entries.slice(0, size))));"""
    assert (await run("check", body, tree))["value"] == tree["roots"]
    body = """const leaf = (at) => lib.leafHash(new TextEncoder().encode(given.entries[at]));
    return given.inclusion.map(({index, size, proof}) => {
      const path = proof.map(bytes), root = bytes(given.roots[size]);
      const wrong = path.map((hash, at) => (at ? hash : hash.map((byte) => byte ^ 1)));
      return [lib.isIncluded(leaf(index), index, size, path, root),
              lib.isIncluded(leaf(index), size, size, path, root),
              path.length > 0 && lib.isIncluded(leaf(index), index, size, wrong, root),
              lib.isIncluded(leaf(index), index, size, [...path, root], root)];});"""
    for answer in (await run("check", body, tree))["value"]:
        assert answer == [True, False, False, False]


async def test_every_pair_of_trustees_gives_the_payload(run: Run) -> None:
    case = vector("envelope")
    shares = _shares(case)
    body = """const shares = new Map(given.shares.map(([x, share]) => [x, bytes(share)]));
    const dek = lib.recover(given.envelope, shares);
    return [lib.hex(dek), lib.hex(await lib.decrypt(given.envelope, dek))];"""
    for pair in combinations(shares, 2):
        answer = await run("seal", body, {"envelope": case["envelope"], "shares": pair})
        assert answer == {"value": [case["dek"], case["payload_hex"]]}
    alone = await run("seal", body, {"envelope": case["envelope"], "shares": shares[:1]})
    assert alone["refused"] == "too_few_shares"


async def test_shares_without_a_common_polynomial_are_unreadable(run: Run) -> None:
    case = vector("envelope_bad")
    body = """const shares = new Map(given.shares.map(([x, share]) => [x, bytes(share)]));
    return lib.recover(given.envelope, shares);"""
    for pair in combinations(_shares(case), 2):
        answer = await run("seal", body, {"envelope": case["envelope"], "shares": pair})
        assert answer["refused"] == "unreadable"


async def test_the_checkpoint_is_read_and_a_changed_one_refused(run: Run) -> None:
    note = vector("note")
    body = """const read = await lib.readCheckpoint(given.note, given.origin, bytes(given.key));
    return [read.size, lib.hex(read.root)];"""
    given = {"note": note["note"], "origin": note["origin"], "key": note["log_public_key"]}
    size, root = (await run("seal", body, given))["value"]
    assert (size, root) == (20, vector("merkle")["roots"][20])
    forged = given | {"note": note["note"].replace("\n20\n", "\n21\n")}
    assert (await run("seal", body, forged))["refused"] == "signature"
    other = given | {"key": hashlib.sha256(b"another").hexdigest()}
    assert (await run("seal", body, other))["refused"] == "signature"
    assert (await run("seal", body, given | {"note": "no note"}))["refused"] == "note"


def _shares(case: dict[str, Any]) -> list[tuple[int, str]]:
    envelope = read(dumps(case["envelope"]))
    keys = [
        X25519PrivateKey.from_private_bytes(bytes.fromhex(k)) for k in case["trustee_private_keys"]
    ]
    return [(x, open_box(envelope, x, key).hex()) for x, key in enumerate(keys, 1)]
