"""Statements and papers: making and checking signatures, beside the bare ones that are in them.

Signers repeat, as they do in an archive: certificates and chains are judged once.
"""

from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.pdf import pades, paper_check
from signing.statements import cades
from tests.bench.measure import Goal, Row, Sizes, race
from tests.bench.servers import folder
from tests.factories import second_opinion
from tests.factories.pki import CENTRE, NOW, city_pki, issued

EC, EC_AND_RSA, TWO_EC = "bare P-256", "bare P-256 + RSA-2048", "2 × bare P-256"


def rows(sizes: Sizes) -> Iterator[Row]:
    """The fast path, the independent library, tokens, papers."""
    import typst  # noqa: PLC0415 - only to have a paper at hand

    with folder() as path:
        pki = city_pki(path)
        expert, seal = issued(pki.home), issued(pki.other, "organisation", CENTRE, key="rsa")
        trust, stamp = pki.trust(), pki.stamper()
    data = b"x" * 2000
    bare = cades.sign(data, expert, NOW)
    made = cades.stamped(bare, stamp(cades.imprint(bare)))
    token = stamp(cades.imprint(bare))
    paper = typst.compile(b"hello")
    where = pades.Seal(CENTRE.name)
    signed = pades.sign(paper, seal, NOW, stamp, trust, where)
    key, clock = expert.key, pki.service.signer.key
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(clock, rsa.RSAPrivateKey):
        raise TypeError
    p256, rsa2048, sha256 = key.public_key(), clock.public_key(), hashes.SHA256()
    one, two = key.sign(data, ec.ECDSA(sha256)), clock.sign(data, padding.PKCS1v15(), sha256)

    def curve() -> None:
        p256.verify(one, data, ec.ECDSA(sha256))

    def both() -> None:
        curve()
        rsa2048.verify(two, data, padding.PKCS1v15(), sha256)

    def twice() -> None:
        curve()
        curve()

    def make() -> None:
        key.sign(data, ec.ECDSA(sha256))

    fast, stamped = "CAdES-B, fast path", "CAdES-B-T with its timestamp, fast path"
    works: list[tuple[str, Callable[[], object], Callable[[], object], str, int, Goal | None]] = [
        (
            fast,
            lambda: cades.accept(data, bare, trust, "person", NOW),
            curve,
            EC,
            1,
            Goal("≥", 0.6),
        ),
        (
            stamped,
            lambda: cades.verify_fast(data, made, trust, "person"),
            both,
            EC_AND_RSA,
            1,
            Goal("≥", 0.6),
        ),
        (
            "CAdES-B-T by the independent library",
            lambda: second_opinion.verify(data, made, trust, "person"),
            both,
            EC_AND_RSA,
            50,
            None,
        ),
        (
            "timestamp token, by two readers",
            lambda: second_opinion.verify_token(token, cades.imprint(bare), trust),
            twice,
            TWO_EC,
            10,
            None,
        ),
        ("CAdES-B, made", lambda: cades.sign(data, expert, NOW), make, "bare P-256 sign", 5, None),
        (
            "paper, signed (PAdES-B-LT)",
            lambda: pades.sign(paper, seal, NOW, stamp, trust, where),
            make,
            "bare P-256 sign",
            100,
            None,
        ),
        (
            "paper, checked",
            lambda: paper_check.verify(signed, trust),
            both,
            EC_AND_RSA,
            100,
            None,
        ),
    ]
    for name, ours, floor, beside, slow, goal in works:
        times = max(1, sizes.checks // slow)
        raced = race(_often(ours, times), _often(floor, times), sizes.rounds)
        yield raced.row("signature", name, beside, times, goal)


def _often(work: Callable[[], object], times: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            work()

    return run
