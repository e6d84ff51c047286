"""Envelopes that a dishonest author can make: signed, well formed, and wrong inside."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing.core.canonical import Json, b64, dumps, loads
from signing.core.hashing import sha256, tagged
from signing.sealing import sealed, shamir
from tests.factories.rounds import ABOUT, OPENS_AT, signer, terms

DEK = sha256(b"dek")
ODD = tuple(bytes([one]) * 32 for one in (1, 2, 4))  # on no line: 1 ^ 2 is not what 2 ^ 4 asks for
PLAIN = (2).to_bytes(4, "big") + b"{}" + bytes(4090)


def forged(
    *,
    hashed: Sequence[bytes] | None = None,
    boxed: Sequence[bytes] | None = None,
    marks: Sequence[int] = (1, 2, 3),
    committed: bytes = DEK,
    used: bytes = DEK,
    plain: bytes = PLAIN,
) -> bytes:
    """Seal a draw secret by hand; without arguments it is an honest envelope over `{}`.

    `hashed` and `boxed` are the shares announced and given, `marks` the bytes before them,
    `committed` the key in the commitment, `used` the one that encrypts `plain`.
    """
    salt, nonce, seats = bytes(32), bytes(12), terms().seats
    announced = hashed or shamir.split(DEK, 2, 3)
    head = {
        "v": 1,
        "suite": sealed.SUITE,
        "kind": "draw_secret",
        "about": ABOUT,
        "author": signer("a").public_key().public_bytes_raw().hex(),
        "seq": 1,
        "k": 2,
        "trustees": [{"id": seat.id, "key": seat.key} for seat in seats],
        "opens_at": OPENS_AT,
        "salt": salt.hex(),
        "key_commit": tagged("key-commit", salt, committed).hex(),
        "share_hashes": [tagged("share", salt, x, one).hex() for x, one in enumerate(announced, 1)],
        "nonce": nonce.hex(),
    }
    bound = dumps(head)
    keys = [X25519PublicKey.from_public_bytes(bytes.fromhex(seat.key)) for seat in seats]
    boxes = [
        sealed._HPKE.encrypt(bytes([mark]) + share, key, info=bound)
        for mark, key, share in zip(marks, keys, boxed or announced, strict=True)
    ]
    content = AESGCM(used).encrypt(nonce, plain, bound)
    body = {"boxes_b64": [b64(box) for box in boxes], "ciphertext_b64": b64(content)}
    return signed_again({**head, **body})


def signed_again(body: Json) -> bytes:
    """Let the author "a" sign whatever this envelope has become."""
    unsigned = {key: value for key, value in body.items() if key != "signature_b64"}
    return dumps(unsigned | {"signature_b64": b64(signer("a").sign(dumps(unsigned)))})


def resigned(data: bytes, **changes: Json) -> bytes:
    """Change keys of an envelope (`...` takes one away) and let its author sign again."""
    body = {**loads(data), **changes}
    return signed_again({key: value for key, value in body.items() if value is not ...})


UNREADABLE = {
    "polynomial": {"hashed": ODD},
    "key_commit": {"committed": bytes(32)},
    "ciphertext": {"used": bytes(32)},
    "padding": {"plain": bytes(4095) + b"\1"},
}
