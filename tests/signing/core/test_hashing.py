import hashlib
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.core import hashing, shape, small
from signing.core.errors import Refused
from tests.factories.rounds import public, signer

PARTS = st.lists(st.binary(max_size=5) | st.text(max_size=5) | st.integers(0, 999), max_size=4)


@given(PARTS)
def test_a_tagged_hash_is_lengths_and_parts(parts: Any) -> None:
    raws = [b"mingxuan/v1/x", *(p if isinstance(p, bytes) else str(p).encode() for p in parts)]
    plain = b"".join(len(raw).to_bytes(8, "big") + raw for raw in raws)
    assert hashing.tagged("x", *parts) == hashlib.sha256(plain).digest()


@given(PARTS, PARTS)
def test_frames_tell_parts_apart(left: Any, right: Any) -> None:
    def raw(parts: Any) -> Any:
        return [p if isinstance(p, bytes) else str(p).encode() for p in parts]

    same = raw(left) == raw(right)
    assert (hashing.framed("x", *left) == hashing.framed("x", *right)) is same


def test_a_commitment_hides_behind_its_salt() -> None:
    salts = bytes(32), bytes(31) + b"\1"
    assert len({hashing.commitment(salt, {"a": value}) for salt in salts for value in (1, 2)}) == 4


BODY = {"v": 1, "kind": "withdrawal", "about": "round:x/1", "seq": 3}


def test_a_small_signature_holds_for_its_bytes_key_and_kind_alone() -> None:
    done = small.signed(signer("a"), BODY)
    small.check(public("a"), done)
    assert small.signed(signer("a"), done) == done
    wrongs = [
        (public("b"), done),
        (public("a"), done | {"seq": 4}),
        (public("a"), done | {"kind": "receipt"}),
        (public("a"), done | {"more": 1}),
        (public("a"), done | {"signature_b64": done["signature_b64"][:-4] + "AAA="}),
        (b"\xff" * 32, done),
        (b"short", done),
    ]
    for key, body in wrongs:
        with pytest.raises(Refused) as refusal:
            small.check(key, body)
        assert refusal.value.code == "signature"


@pytest.mark.parametrize(
    "body",
    [None, [], "text", {}, BODY, {"kind": 1, "signature_b64": ""}, {"signature_b64": "QQ=="}],
)
def test_what_is_no_statement_is_refused(body: Any) -> None:
    with pytest.raises(Refused):
        small.check(public("a"), body)


SHAPE = {
    "flag": shape.is_flag,
    "maybe": shape.nullable(shape.is_text),
    "many": shape.list_of(shape.is_positive),
    "one": shape.exactly(1, None),
    "deep": shape.fits({"at": shape.is_instant, "b64": shape.is_base64}),
    "hash": shape.hex_of(32),
    "count": shape.is_natural,
}
GOOD = {
    "flag": True,
    "maybe": None,
    "many": [1],
    "one": 1,
    "deep": {"at": "2026-11-22T09:30:00.000Z", "b64": "QQ=="},
    "hash": "00" * 32,
    "count": 0,
}
WRONG = {
    "flag": [1, None, "true"],
    "maybe": ["", 1, []],
    "many": [None, {}, [0], [True], [1, "1"], [2**53]],
    "one": [True, "1", 2],
    "deep": [None, {}, {**GOOD["deep"], "x": 1}, {**GOOD["deep"], "b64": "Q"}],
    "hash": ["00" * 31, "AA" * 32, 0, None],
    "count": [-1, True, "0", 2**53, 1.0],
}


def test_a_shape_lets_exactly_its_own_pass() -> None:
    assert shape.must_have("thing", GOOD, SHAPE) is GOOD
    for key in GOOD:
        less = {name: value for name, value in GOOD.items() if name != key}
        for bad in [less, {**GOOD, f"{key}x": 1}, *({**GOOD, key: v} for v in WRONG[key])]:
            with pytest.raises(Refused) as refusal:
                shape.must_have("thing", bad, SHAPE)
            assert refusal.value.facts["key"] in (key, f"{key}x")
            assert "thing" in str(refusal.value)


@pytest.mark.parametrize("body", [None, [], "x", 1])
def test_only_an_object_has_a_shape(body: Any) -> None:
    with pytest.raises(Refused):
        shape.must_have("thing", body, SHAPE)


def test_hostile_keys_do_not_break_the_refusal() -> None:
    for key in itertools.chain([5, None, "{x}", "{0}", ("a",)]):
        with pytest.raises(Refused):
            shape.must_have("thing", {**GOOD, key: 1}, SHAPE)
