"""How fast signatures are checked, beside bare ECDSA P-256 and RSA verification in the same run.

`python -m tests.bench.signatures`. Processor time, the best of several rounds, one core. Signers
repeat, as they do in an archive: certificates and chains are judged once.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import cms, cms_library, paper_check, pdf, timestamps
from tests.factories.pki import CENTRE, NOW, city_pki, issued

ROUNDS = 9


def rate(work: Callable[[], object], times: int) -> float:
    """How often per second."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = process_time()
        for _ in range(times):
            work()
        best = min(best, process_time() - begun)
    return times / best


def figures() -> list[tuple[str, float]]:
    """Rates by name."""
    import typst  # noqa: PLC0415  # only to have a paper at hand

    with tempfile.TemporaryDirectory() as folder:
        pki = city_pki(Path(folder))
        expert, seal = issued(pki.home), issued(pki.other, "organisation", CENTRE, key="rsa")
        trust, stamp = pki.trust(), pki.stamper()
    data = b"x" * 2000
    bare = cms.sign(data, expert, NOW)
    made = cms.stamped(bare, stamp(cms.imprint(bare)))
    token = stamp(cms.imprint(bare))
    paper = typst.compile(b"hello")
    where = pdf.Seal(CENTRE.name)
    signed = pdf.sign(paper, seal, NOW, stamp, trust, where)
    key, clock = expert.key, pki.service.signer.key
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(clock, rsa.RSAPrivateKey):
        raise TypeError
    p256, rsa2048, sha256 = key.public_key(), clock.public_key(), hashes.SHA256()
    one, two = key.sign(data, ec.ECDSA(sha256)), clock.sign(data, padding.PKCS1v15(), sha256)
    works: list[tuple[str, Callable[[], object], int]] = [
        ("bare P-256 verify", lambda: p256.verify(one, data, ec.ECDSA(sha256)), 300),
        (
            "bare RSA-2048 verify",
            lambda: rsa2048.verify(two, data, padding.PKCS1v15(), sha256),
            300,
        ),
        ("CAdES-B accept", lambda: cms.accept(data, bare, trust, "person", NOW), 300),
        ("CAdES-B-T verify_fast", lambda: cms.verify_fast(data, made, trust, "person"), 300),
        ("CAdES-B-T by pyHanko", lambda: cms_library.verify(data, made, trust, "person"), 5),
        ("token, twice", lambda: timestamps.verify(token, cms.imprint(bare), trust), 50),
        ("CAdES-B sign", lambda: cms.sign(data, expert, NOW), 100),
        ("CAdES-B-T sign", lambda: cms.sign_and_stamp(data, expert, NOW, stamp), 30),
        ("paper sign", lambda: pdf.sign(paper, seal, NOW, stamp, trust, where), 5),
        ("paper verify", lambda: paper_check.verify(signed, trust), 5),
    ]
    return [(name, rate(work, times)) for name, work, times in works]


def main() -> None:
    """Print the rates, and each statement's beside the bare signatures that are in it."""
    found = dict(figures())
    p256, rsa2048 = found["bare P-256 verify"], found["bare RSA-2048 verify"]
    for name, per_second in found.items():
        sys.stdout.write(f"{name:24} {per_second:10,.0f} /s\n")
    within = 1 / (1 / p256 + 1 / rsa2048)
    for name, bare in (
        ("CAdES-B accept", p256),
        ("CAdES-B-T verify_fast", p256 / 2),
        ("CAdES-B-T verify_fast", within),
    ):
        sys.stdout.write(f"{name:24} {found[name] / bare:10.0%} of {bare:,.0f} bare /s\n")


if __name__ == "__main__":
    main()
