"""Hundreds of damaged signatures: both paths say the same, and neither lets one pass."""

import random  # noqa: TID251  # seeded damage decides nothing
from collections.abc import Iterator

import pytest

from signing.cms.signer import Signer
from signing.cms.verdicts import Signed
from signing.statements import cades
from tests.factories.pki import NOW, CityPki

from .conftest import DATA, both

SEED = 20261123
EACH = 150


def _damaged(good: bytes, other: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(good))
    upto = min(len(good), at + rng.choice((1, 2, 3, 20)))
    return rng.choice(
        (
            good[:at] + bytes([good[at] ^ (1 << rng.randrange(8))]) + good[at + 1 :],
            good[:at] + bytes([good[at] ^ (1 << rng.randrange(8))]) + good[at + 1 :],
            good[:at] + rng.randbytes(upto - at) + good[upto:],
            good[:at],
            good[:at] + good[upto:],
            good[:at] + good[at:upto] + good[at:],
            good[:at] + other[at:],
        )
    )


def _storm(pki: CityPki, signers: list[tuple[Signer, str]]) -> Iterator[tuple[bytes, str]]:
    rng = random.Random(SEED)
    made = [(cades.sign_and_stamp(DATA, s, NOW, pki.stamper()), use) for s, use in signers]
    again = [cades.sign_and_stamp(DATA, s, NOW, pki.stamper()) for s, _ in signers]
    for (good, use), other in zip(made, again, strict=True):
        for _ in range(EACH):
            damaged = _damaged(good, other, rng)
            if damaged not in {good, other}:
                yield damaged, use


def test_no_damage_passes_either_path(pki: CityPki, expert: Signer, centre: Signer) -> None:
    trust = pki.trust()
    codes = set()
    for damaged, use in _storm(pki, [(expert, "person"), (centre, "organisation")]):
        fast, library = both(DATA, damaged, trust, use)
        assert not isinstance(fast, Signed), damaged.hex()
        assert not isinstance(library, Signed), damaged.hex()
        codes.add(fast)
    assert {"malformed", "signature_invalid", "wrong_signer", "stray_certificate"} <= codes


def test_a_fast_path_without_its_signature_check_would_be_found_out(
    pki: CityPki, expert: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canary: the storm must tell a broken fast path from the library."""
    monkeypatch.setattr("signing.cms.signed_data._must_verify", lambda *_: None)
    trust = pki.trust()
    assert any(
        isinstance(fast, Signed) and not isinstance(library, Signed)
        for fast, library in (
            both(DATA, damaged, trust, use) for damaged, use in _storm(pki, [(expert, "person")])
        )
    )
