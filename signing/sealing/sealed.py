"""Sealed envelopes: what only k of n trustees together can open (PROTOCOL.md §4).

The author's own machine picks the key, splits it, and lays one share into a box for every trustee.
Opening has two phases so that nobody sees a content while another can still choose: first `recover`
every key, then `decrypt` everything. Both are functions of the envelope alone: whichever trustees
answer, the same envelopes open and the same are unreadable.
When shares may be given is `signing.trustee`'s question, what a payload means is
`signing.rounds.admission`'s.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from signing.core.canonical import JsonObject, b64, dumps, dumps_part, loads, unb64, unhex
from signing.core.errors import Refused, Unreadable
from signing.core.hashing import sha256, tagged
from signing.core.shape import (
    exactly,
    fits,
    hex_of,
    is_base64,
    is_instant,
    is_natural,
    is_positive,
    is_text,
    list_of,
    must_have,
)
from signing.core.small import must_verify
from signing.sealing import shamir

SUITE = "x25519-sha256-aes256gcm"
SIZES = {"application": 16_384, "identity": 32_768, "escrow": 32_768, "draw_secret": 4_096}
TAG_SIZE = 16
BOX_SIZE = 32 + 1 + 32 + TAG_SIZE  # enc, x, share, tag
LENGTH_SIZE = 4

_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_BODY = ("boxes_b64", "ciphertext_b64", "signature_b64")
_SHAPE = {
    "v": exactly(1),
    "suite": exactly(SUITE),
    "kind": exactly(*SIZES),
    "about": is_text,
    "author": hex_of(32),
    "seq": is_natural,
    "k": is_positive,
    "trustees": list_of(fits({"id": is_text, "key": hex_of(32)})),
    "opens_at": is_instant,
    "salt": hex_of(32),
    "key_commit": hex_of(32),
    "share_hashes": list_of(hex_of(32)),
    "nonce": hex_of(12),
    "boxes_b64": list_of(is_base64),
    "ciphertext_b64": is_base64,
    "signature_b64": is_base64,
}


@dataclass(frozen=True)
class Seat:
    """One trustee: its id and its X25519 public key in hex."""

    id: str
    key: str


@dataclass(frozen=True)
class Terms:
    """What the publication entry of a round fixes for every envelope."""

    about: str
    k: int
    seats: tuple[Seat, ...]
    opens_at: str


@dataclass(frozen=True)
class Envelope:
    """An envelope whose bytes, shape, sizes and signature hold (`read` makes them)."""

    data: bytes
    body: JsonObject

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the stored bytes, hex: the name of the envelope everywhere."""
        return sha256(self.data).hex()

    @cached_property
    def head(self) -> bytes:
        """CJ of what the boxes and the ciphertext are bound to."""
        return dumps_part({key: value for key, value in self.body.items() if key not in _BODY})

    @property
    def kind(self) -> str:
        """One of `SIZES`."""
        return str(self.body["kind"])

    @property
    def about(self) -> str:
        """The round and attempt."""
        return str(self.body["about"])

    @property
    def author(self) -> str:
        """The author's Ed25519 public key, hex."""
        return str(self.body["author"])

    @property
    def seq(self) -> int:
        """The author's own count; a higher one replaces a lower one."""
        return int(self.body["seq"])

    @property
    def opens_at(self) -> str:
        """The instant before which no trustee gives a share."""
        return str(self.body["opens_at"])

    @cached_property
    def salt(self) -> bytes:
        """The salt of the key commitment and the share hashes."""
        return unhex(self.body["salt"])

    @property
    def terms(self) -> Terms:
        """The terms the author sealed under."""
        seats = tuple(Seat(seat["id"], seat["key"]) for seat in self.body["trustees"])
        return Terms(self.about, self.body["k"], seats, self.opens_at)


def seal(kind: str, payload: bytes, terms: Terms, author: Ed25519PrivateKey, seq: int) -> bytes:
    """Give the bytes of a new envelope; refuses a payload larger than its kind allows."""
    room = SIZES[kind] - LENGTH_SIZE
    if len(payload) > room:
        raise Refused("size", "{kind}: at most {room} bytes", kind=kind, room=room)
    dek, salt, nonce = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(12)
    shares = shamir.split(dek, terms.k, len(terms.seats))
    head = {
        "v": 1,
        "suite": SUITE,
        "kind": kind,
        "about": terms.about,
        "author": author.public_key().public_bytes_raw().hex(),
        "seq": seq,
        "k": terms.k,
        "trustees": [{"id": seat.id, "key": seat.key} for seat in terms.seats],
        "opens_at": terms.opens_at,
        "salt": salt.hex(),
        "key_commit": tagged("key-commit", salt, dek).hex(),
        "share_hashes": [_share_hash(salt, x, share) for x, share in enumerate(shares, 1)],
        "nonce": nonce.hex(),
    }
    bound = dumps(head)
    plain = len(payload).to_bytes(LENGTH_SIZE, "big") + payload.ljust(room, b"\0")
    body = head | {
        "boxes_b64": [
            b64(_box(seat, bytes([x]) + share, bound))
            for x, (seat, share) in enumerate(zip(terms.seats, shares, strict=True), 1)
        ],
        "ciphertext_b64": b64(AESGCM(dek).encrypt(nonce, plain, bound)),
    }
    return dumps(body | {"signature_b64": b64(author.sign(dumps(body)))})


def read(data: bytes, name: str | None = None) -> Envelope:
    """Check bytes from outside: canonical, every key and size, the author's signature.

    `name` is their SHA-256 in hex, where it was computed already.
    """
    body = must_have("envelope", loads(data), _SHAPE)
    seats = body["trustees"]
    counts = len(seats), len(body["share_hashes"]), len(body["boxes_b64"])
    if len(set(counts)) != 1 or not body["k"] <= len(seats) <= shamir.MOST_SHARES:
        raise Refused("envelope_counts", "envelope: trustees, hashes and boxes do not match")
    if any(len({seat[key] for seat in seats}) != len(seats) for key in ("id", "key")):
        raise Refused("envelope_seats", "envelope: a trustee stands in it twice")
    if any(_decoded_size(box) != BOX_SIZE for box in body["boxes_b64"]):
        raise Refused("envelope_box", "envelope: a box does not have {size} bytes", size=BOX_SIZE)
    size = SIZES[body["kind"]] + TAG_SIZE
    if _decoded_size(body["ciphertext_b64"]) != size:
        raise Refused("envelope_size", "envelope: the content must have {size} bytes", size=size)
    unsigned = {key: value for key, value in body.items() if key != "signature_b64"}
    signature = unb64(body["signature_b64"])
    must_verify(unhex(body["author"]), signature, dumps_part(unsigned), "envelope")
    found = Envelope(data, body)
    if name is not None:
        vars(found)["sha256"] = name  # what the cached property would give
    return found


def must_fit(envelope: Envelope, terms: Terms) -> None:
    """Refuse an envelope sealed under other terms than the publication entry's."""
    sealed_under = envelope.terms
    for name in ("about", "k", "seats", "opens_at"):
        if getattr(sealed_under, name) != getattr(terms, name):
            said = "envelope: {field} is not what was published for this round"
            raise Refused("envelope_terms", said, field=name)


def open_box(envelope: Envelope, x: int, key: X25519PrivateKey) -> bytes:
    """Give the share in box `x` (from 1); `Unreadable` unless box, x and share hash are right."""
    boxes = envelope.body["boxes_b64"]
    if not 1 <= x <= len(boxes):
        raise Refused("seat", "there is no box {x}", x=x)
    box = unb64(boxes[x - 1])
    try:
        plain = _HPKE.decrypt(box, key, info=envelope.head)
    except (InvalidTag, ValueError):
        raise Unreadable("box", "box {x} does not open", x=x) from None
    if plain[0] != x or not fits_hash(envelope, x, plain[1:]):
        raise Unreadable("box", "box {x} holds another share than announced", x=x)
    return plain[1:]


def fits_hash(envelope: Envelope, x: int, share: bytes) -> bool:
    """Tell whether this is the share that the author announced for seat `x`."""
    hashes = envelope.body["share_hashes"]
    return 1 <= x <= len(hashes) and _share_hash(envelope.salt, x, share) == hashes[x - 1]


def recover(envelope: Envelope, shares: Mapping[int, bytes]) -> bytes:
    """Phase one: the key from k or more shares {x: share}.

    `Refused` says that these shares are not enough or not the announced ones (their giver's fault);
    `Unreadable` that no k shares of this envelope give a key (its author's fault).
    """
    k, n = envelope.body["k"], len(envelope.body["trustees"])
    for x, share in shares.items():
        if not fits_hash(envelope, x, share):
            raise Refused("share", "share {x} does not fit its hash", x=x)
    if len(shares) < k:
        raise Refused("too_few_shares", "{got} of {k} shares", got=len(shares), k=k)
    some = {x: shares[x] for x in sorted(shares)[:k]}
    for x in set(range(1, n + 1)) - some.keys():
        if not fits_hash(envelope, x, shamir.value_at(some, x)):
            raise Unreadable("polynomial", "the shares lie on no common polynomial")
    dek = shamir.value_at(some, 0)
    _must_be_committed(envelope, dek)
    return dek


def decrypt(envelope: Envelope, dek: bytes) -> bytes:
    """Phase two: the payload; `Unreadable` if key, ciphertext or padding is wrong."""
    _must_be_committed(envelope, dek)
    ciphertext = unb64(envelope.body["ciphertext_b64"])
    try:
        plain = AESGCM(dek).decrypt(unhex(envelope.body["nonce"]), ciphertext, envelope.head)
    except InvalidTag:
        raise Unreadable("ciphertext", "the content does not open") from None
    end = LENGTH_SIZE + int.from_bytes(plain[:LENGTH_SIZE], "big")
    if end > len(plain) or plain[end:] != bytes(len(plain) - end):
        raise Unreadable("padding", "the content is not padded with zeros")
    return plain[LENGTH_SIZE:end]


def _must_be_committed(envelope: Envelope, dek: bytes) -> None:
    if tagged("key-commit", envelope.salt, dek).hex() != envelope.body["key_commit"]:
        raise Unreadable("key_commit", "the key is not the one that was committed to")


def _decoded_size(text: str) -> int:
    return len(text) // 4 * 3 - text.count("=", -2)


def _share_hash(salt: bytes, x: int, share: bytes) -> str:
    return tagged("share", salt, x, share).hex()


def _box(seat: Seat, plain: bytes, bound: bytes) -> bytes:
    public = X25519PublicKey.from_public_bytes(unhex(seat.key, 32))
    try:
        return _HPKE.encrypt(plain, public, info=bound)
    except ValueError:  # a point of low order
        raise Refused("seat", "the key of trustee {id} is no key", id=seat.id) from None
