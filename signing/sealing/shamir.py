"""Shamir's secret sharing over GF(2^8), byte by byte (PROTOCOL.md §4).

Polynomial 0x11b, shares at x = 1…n, the secret at x = 0. Multiplying a whole share by one field
element is one `bytes.translate`, adding is one XOR of big integers. The tables are not
constant-time: splitting runs on the bidder's own machine, joining after the shares are public.
Hashes and commitments on the shares are `signing.sealing.sealed`'s business.
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache

from signing.core.errors import Refused

MOST_SHARES = 255
_POLYNOMIAL = 0x11B


def split(secret: bytes, k: int, n: int) -> list[bytes]:
    """Give the n shares at x = 1…n; any k of them give the secret, fewer tell nothing."""
    if not 1 <= k <= n <= MOST_SHARES:
        raise Refused("shares", "no {k} of {n} among 1…255", k=k, n=n)
    terms = [secret, *(secrets.token_bytes(len(secret)) for _ in range(k - 1))]
    return [_polynomial_at(terms, x) for x in range(1, n + 1)]


def value_at(shares: Mapping[int, bytes], x: int) -> bytes:
    """Give the value at `x` (0…255) of the polynomial through all of `shares` {x: bytes}."""
    if not shares or not all(0 <= one <= MOST_SHARES for one in (x, *shares)):
        raise Refused("shares", "shares stand at 1…255, and at least one is needed")
    if len({len(share) for share in shares.values()}) != 1:
        raise Refused("shares", "the shares have different lengths")
    total, size = 0, len(next(iter(shares.values())))
    for weight, share in zip(_weights(tuple(shares), x), shares.values(), strict=True):
        total ^= int.from_bytes(share.translate(_TIMES[weight]), "big")
    return total.to_bytes(size, "big")


def _polynomial_at(terms: Sequence[bytes], x: int) -> bytes:
    total = 0
    for term in reversed(terms):
        scaled = total.to_bytes(len(term), "big").translate(_TIMES[x])
        total = int.from_bytes(scaled, "big") ^ int.from_bytes(term, "big")
    return total.to_bytes(len(terms[0]), "big")


@lru_cache(maxsize=4096)
def _weights(places: tuple[int, ...], x: int) -> tuple[int, ...]:
    """Give the Lagrange weights: the product of (x - other) / (place - other), minus being XOR."""
    weights = []
    for place in places:
        weight = 1
        for other in places:
            if other != place:
                ratio = _TIMES[x ^ other][_INVERSE[place ^ other]]
                weight = _TIMES[weight][ratio]
        weights.append(weight)
    return tuple(weights)


def _powers() -> list[int]:
    """Give the powers of 3, which runs through all 255 non-zero elements."""
    powers, power = [], 1
    for _ in range(MOST_SHARES):
        powers.append(power)
        power ^= power << 1
        if power > MOST_SHARES:
            power ^= _POLYNOMIAL
    return powers


def _table() -> list[bytes]:
    """Give the product of every two elements: row times column."""
    powers = _powers()
    rows = [bytearray(256) for _ in range(256)]
    for i, left in enumerate(powers):
        row = rows[left]
        for right, product in zip(powers, powers[i:] + powers[:i], strict=True):
            row[right] = product
    return [bytes(row) for row in rows]


_TIMES = _table()
_INVERSE = [row.find(1) for row in _TIMES]
