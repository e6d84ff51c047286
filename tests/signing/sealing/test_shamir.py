import itertools
import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.core.errors import Refused
from signing.sealing import shamir


def slow_product(left: Any, right: Any) -> Any:
    """Multiplication in GF(2^8) by the schoolbook."""
    total = 0
    for bit in range(8):
        if right >> bit & 1:
            total ^= left << bit
    for bit in reversed(range(8, 16)):
        if total >> bit & 1:
            total ^= 0x11B << (bit - 8)
    return total


def test_the_table_is_the_field() -> None:
    for left, right in itertools.product(range(256), repeat=2):
        assert shamir._TIMES[left][right] == slow_product(left, right)
    assert all(slow_product(one, shamir._INVERSE[one]) == 1 for one in range(1, 256))


@given(st.binary(min_size=1, max_size=40), st.integers(1, 6), st.integers(0, 3), st.data())
def test_any_k_shares_give_everything(secret: Any, k: Any, more: Any, data: Any) -> None:
    n = k + more
    shares = dict(enumerate(shamir.split(secret, k, n), 1))
    some = data.draw(st.permutations(sorted(shares)))[:k]
    chosen = {x: shares[x] for x in some}
    assert shamir.value_at(chosen, 0) == secret
    assert all(shamir.value_at(chosen, x) == share for x, share in shares.items())


def test_leading_zeros_stay() -> None:
    assert shamir.value_at(dict(enumerate(shamir.split(bytes(32), 2, 3), 1)), 0) == bytes(32)


def test_fewer_than_k_shares_fit_every_secret() -> None:
    first = shamir.split(b"\x07", 2, 3)[0]
    reachable = {shamir.value_at({1: first, 2: bytes([other])}, 0) for other in range(256)}
    assert len(reachable) == 256


def test_two_splits_differ() -> None:
    assert shamir.split(bytes(32), 2, 3) != shamir.split(bytes(32), 2, 3)


def test_coefficients_come_from_the_system(monkeypatch: Any) -> None:
    asked = []
    real = secrets.token_bytes
    monkeypatch.setattr(shamir.secrets, "token_bytes", lambda n: asked.append(n) or real(n))
    shamir.split(bytes(32), 3, 5)
    assert asked == [32, 32]


@pytest.mark.parametrize(("k", "n"), [(0, 3), (4, 3), (2, 256), (-1, 3)])
def test_impossible_splits_are_refused(k: Any, n: Any) -> None:
    with pytest.raises(Refused) as refusal:
        shamir.split(b"secret", k, n)
    assert (refusal.value.code, refusal.value.facts) == ("shares", {"k": k, "n": n})


@pytest.mark.parametrize(
    ("shares", "x"),
    [
        ({}, 0),
        ({}, 1),
        ({1: b"ab", 2: b"a"}, 0),
        ({256: b"a"}, 0),
        ({-1: b"a"}, 0),
        ({1: b"a"}, 256),
    ],
)
def test_impossible_shares_are_refused(shares: Any, x: Any) -> None:
    with pytest.raises(Refused) as refusal:
        shamir.value_at(shares, x)
    assert refusal.value.code == "shares"
