"""Who is believed: the log's key, the platform's statement key, the trustees (PROTOCOL.md §8).

One canonical file, `keys.json` in a dossier and `trust.json` in everybody's own hands; a trustee
pins it, a verifier is anchored by it. Which certificates of people count is `signing.pki.trust`'s.
"""

from dataclasses import dataclass
from functools import cached_property

from signing.core.canonical import JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import (
    exactly,
    fits,
    hex_of,
    is_flag,
    is_positive,
    is_text,
    list_of,
    must_have,
)
from signing.log.checkpoint import Checkpoint, Witness, check_log, has_quorum
from signing.log.note import Note, is_name
from signing.sealing.sealed import Seat

_TRUSTEE = {
    "id": is_text,
    "name": lambda value: isinstance(value, str) and is_name(value),
    "hpke": hex_of(32),
    "ed25519": hex_of(32),
    "platform": is_flag,
}
_KEYS = {
    "v": exactly(1),
    "log": fits({"name": is_text, "key": hex_of(32)}),
    "platform": hex_of(32),
    "k": is_positive,
    "trustees": list_of(fits(_TRUSTEE)),
}


@dataclass(frozen=True)
class Fellow:
    """One trustee: id, key name, X25519 and Ed25519 public keys in hex, whether the platform's."""

    id: str
    name: str
    hpke: str
    ed25519: str
    platform: bool

    @property
    def public(self) -> bytes:
        """The Ed25519 key as bytes."""
        return unhex(self.ed25519)


@dataclass(frozen=True)
class Anchors:
    """The keys that everything else is held against; the trustees in their order."""

    origin: str
    log: bytes
    platform: bytes
    k: int
    trustees: tuple[Fellow, ...]

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The trustees as an envelope names them."""
        return tuple(Seat(one.id, one.hpke) for one in self.trustees)

    @cached_property
    def witnesses(self) -> tuple[Witness, ...]:
        """The trustees as they cosign."""
        return tuple(Witness(one.name, one.public, one.platform) for one in self.trustees)

    def fellow(self, trustee: str) -> Fellow:
        """Give the trustee of this id; refuses a stranger."""
        for one in self.trustees:
            if one.id == trustee:
                return one
        raise Refused("trustee", "there is no trustee {trustee}", trustee=trustee)

    def seat_of(self, trustee: str) -> int:
        """Give x of this trustee, from 1."""
        return 1 + self.trustees.index(self.fellow(trustee))

    def checked(self, note: Note) -> Checkpoint:
        """Give the checkpoint of a note that the log signed."""
        return check_log(note, self.origin, self.log)

    def witnessed(self, note: Note) -> Checkpoint:
        """Give the checkpoint of a note that the log signed and the quorum has seen."""
        found = self.checked(note)
        if not has_quorum(note, self.witnesses):
            raise Refused("quorum", "too few independent trustees cosigned this checkpoint")
        return found

    @property
    def data(self) -> bytes:
        """The canonical bytes of the file."""
        trustees: list[JsonObject] = [
            {
                "id": one.id,
                "name": one.name,
                "hpke": one.hpke,
                "ed25519": one.ed25519,
                "platform": one.platform,
            }
            for one in self.trustees
        ]
        log = {"name": self.origin, "key": self.log.hex()}
        body = {"v": 1, "log": log, "platform": self.platform.hex(), "k": self.k}
        return dumps(body | {"trustees": trustees})


def read_anchors(data: bytes) -> Anchors:
    """Read the file; refuses a trustee that stands in it twice and a k that cannot be met."""
    body = must_have("keys", loads(data), _KEYS)
    trustees = tuple(Fellow(**one) for one in body["trustees"])
    for key in ("id", "name", "hpke", "ed25519"):
        if len({getattr(one, key) for one in trustees}) != len(trustees):
            raise Refused("keys_twice", "keys: two trustees share their {key}", key=key)
    if body["k"] > len(trustees):
        raise Refused("keys_k", "keys: fewer trustees than k")
    log = body["log"]
    platform = unhex(body["platform"])
    return Anchors(log["name"], unhex(log["key"]), platform, body["k"], trustees)
