"""A trustee's two keys, its self-signed statement, and what it pins (PROTOCOL.md §4).

Everything lies in one directory: `keys.json` (private, mode 0600), `statement.json` (what it tells
everybody), `trust.json` (log, platform and fellow trustees, in the form of §8) and
`regulators.json` (whose opening orders it obeys). The pins are laid down by a person, never taken
from the platform at run time.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.core import small
from signing.core.canonical import JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import exactly, hex_of, is_base64, is_flag, is_text, must_have
from signing.log.anchors import Anchors, Fellow, read_anchors
from signing.log.note import is_name
from signing.trustee.order_key import public_file, read_public_file

KEYS, STATEMENT, TRUST, REGULATORS = (
    "keys.json",
    "statement.json",
    "trust.json",
    "regulators.json",
)
_PRIVATE = {
    "v": exactly(1),
    "kind": exactly("trustee_keys"),
    "id": is_text,
    "name": is_text,
    "platform": is_flag,
    "hpke": hex_of(32),
    "ed25519": hex_of(32),
}
_STATEMENT = _PRIVATE | {"kind": exactly("trustee"), "signature_b64": is_base64}


@dataclass(frozen=True)
class Own:
    """Who this trustee is, and its private keys."""

    id: str
    name: str
    platform: bool
    hpke: X25519PrivateKey
    ed25519: Ed25519PrivateKey

    @property
    def fellow(self) -> Fellow:
        """How the others know it."""
        hpke = self.hpke.public_key().public_bytes_raw().hex()
        ed25519 = self.ed25519.public_key().public_bytes_raw().hex()
        return Fellow(self.id, self.name, hpke, ed25519, self.platform)

    def signed(self, kind: str, **body: object) -> JsonObject:
        """Give a small signed statement of this trustee."""
        return small.signed(self.ed25519, {"v": 1, "kind": kind, "trustee": self.id, **body})


@dataclass(frozen=True)
class Pins:
    """What a person told this trustee to believe: the anchors, and the regulators' keys."""

    anchors: Anchors
    regulators: tuple[bytes, ...] = ()


def new(trustee: str, name: str, *, platform: bool = False) -> Own:
    """Make the keys of a new trustee; `name` is its cosigner key name, without blanks or plus."""
    if not trustee or not is_name(name):
        raise Refused("name", "a trustee needs an id, and a key name without blanks or plus")
    return Own(trustee, name, platform, X25519PrivateKey.generate(), Ed25519PrivateKey.generate())


def statement(own: Own) -> JsonObject:
    """Give the self-signed statement that is logged and from which everybody's pins are made."""
    me = own.fellow
    body = {"v": 1, "kind": "trustee", "id": me.id, "name": me.name, "platform": me.platform}
    return small.signed(own.ed25519, body | {"hpke": me.hpke, "ed25519": me.ed25519})


def read_statement(data: bytes) -> Fellow:
    """Read a statement; refuses one that its own key did not sign."""
    body = must_have("trustee", loads(data), _STATEMENT)
    small.check(unhex(body["ed25519"]), body)
    if not is_name(body["name"]):
        raise Refused("name", "a key name has no blanks and no plus")
    return Fellow(body["id"], body["name"], body["hpke"], body["ed25519"], body["platform"])


def save(directory: Path, own: Own) -> None:
    """Write keys and statement into a directory; refuses to replace keys that are there."""
    body = {"v": 1, "kind": "trustee_keys", "id": own.id, "name": own.name}
    secret = {
        "platform": own.platform,
        "hpke": own.hpke.private_bytes_raw().hex(),
        "ed25519": own.ed25519.private_bytes_raw().hex(),
    }
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(directory / KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused("keys_exist", "there are keys in this directory already") from None
    with os.fdopen(handle, "wb") as file:
        file.write(dumps(body | secret))
    (directory / STATEMENT).write_bytes(dumps(statement(own)))


def load(directory: Path) -> Own:
    """Read the private keys back."""
    body = must_have("trustee keys", loads(_read(directory / KEYS)), _PRIVATE)
    return Own(
        body["id"],
        body["name"],
        body["platform"],
        X25519PrivateKey.from_private_bytes(unhex(body["hpke"])),
        Ed25519PrivateKey.from_private_bytes(unhex(body["ed25519"])),
    )


def pin(directory: Path, trust: bytes, regulators: tuple[bytes, ...] = ()) -> Pins:
    """Lay down the pins; refuses a trust file in which this trustee does not stand as it is."""
    pins = Pins(read_anchors(trust), regulators)
    must_be_among(load(directory), pins.anchors)
    (directory / REGULATORS).write_bytes(public_file(regulators))
    (directory / TRUST).write_bytes(trust)
    return pins


def pinned(directory: Path) -> Pins:
    """Read the pins back."""
    anchors = read_anchors(_read(directory / TRUST))
    must_be_among(load(directory), anchors)
    return Pins(anchors, read_public_file(_read(directory / REGULATORS)))


def must_be_among(own: Own, anchors: Anchors) -> None:
    """Refuse anchors that give this trustee other keys than it has."""
    if own.fellow not in anchors.trustees:
        raise Refused("own_keys", "the trust file does not name this trustee with its own keys")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        said = "{file} is missing: run `trustee init` and `trustee pin` first"
        raise Refused("missing", said, file=path.name) from None
