"""Opening sealed applications at the deadline, beside the bare HPKE and AES that are in it."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from market.selection.deciding.inputs import stored
from market.selection.deciding.opening import open_all
from signing.core.canonical import unb64, unhex
from signing.sealing import sealed
from tests.bench.measure import Goal, Row, Sizes, race
from tests.factories import rounds

WHO = rounds.TRUSTEES[:2]


def rows(sizes: Sizes) -> Iterator[Row]:
    """Two trustees open their boxes, then both phases over everything."""
    terms, key = rounds.terms(), rounds.signer("applicant")
    payload = rounds.payload("applicant")
    made = [sealed.seal("application", payload, terms, key, n) for n in range(sizes.envelopes)]
    seats = {rounds.TRUSTEES.index(who) + 1: rounds.box_key(who) for who in WHO}
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    parts = []
    for data in made:
        one = sealed.read(data)
        boxes = [(unb64(one.body["boxes_b64"][x - 1]), secret) for x, secret in seats.items()]
        dek = sealed.recover(one, {x: sealed.open_box(one, x, k) for x, k in seats.items()})
        content = unb64(one.body["ciphertext_b64"])
        parts.append((one.head, boxes, AESGCM(dek), unhex(one.body["nonce"]), content))

    def ours() -> None:
        envelopes = {str(n): stored(data) for n, data in enumerate(made)}
        shares = {
            name: {x: sealed.open_box(one, x, secret) for x, secret in seats.items()}
            for name, one in envelopes.items()
        }
        if not all(open_all(envelopes, shares).opens.values()):
            raise RuntimeError("an envelope did not open")

    def floor() -> None:
        for head, boxes, aead, nonce, content in parts:
            for box, secret in boxes:
                suite.decrypt(box, secret, info=head)
            aead.decrypt(nonce, content, head)

    what = f"open {sizes.envelopes:,} applications of 16 KiB, 2 of 3 trustees, both phases"
    beside = "2 HPKE + 1 AES-256-GCM each"
    yield race(ours, floor, sizes.rounds).row(
        "opening", what, beside, sizes.envelopes, Goal("≥", 0.5)
    )
