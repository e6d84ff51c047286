"""The ledger of the little platform: entries, tiles, notes, nothing of what they are about."""

import secrets
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core.canonical import JsonObject, dumps, instant
from signing.log import checkpoint, tiles, tree
from signing.log.anchors import Anchors
from signing.log.note import Note
from signing.rounds import admission
from signing.trustee import keys

ORIGIN = "city.example/ledger"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Book:
    """A ledger that says whatever it is told, with true tiles and checkpoints."""

    def __init__(self, trustees: list[keys.Own], k: int) -> None:
        self.now = START
        self.log, self.platform = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        fellows = tuple(one.fellow for one in trustees)
        log, platform = (one.public_key().public_bytes_raw() for one in (self.log, self.platform))
        self.anchors = Anchors(ORIGIN, log, platform, k, fellows)
        self.entries: list[bytes] = []
        self.tiles: dict[str, bytes] = {}
        self.notes: list[Note] = []

    def record(self, tag: str, about: str, facts: JsonObject, at: datetime | None = None) -> int:
        entry = {"v": 1, "tag": tag, "at": instant(at or self.now), "about": about, "by": "x"}
        self.entries.append(dumps(entry | {"prev": None, "facts": facts}))
        return len(self.entries) - 1

    def say(self, about: str, name: str, **facts: object) -> int:
        return self.record(f"selection:round:{name}", about, dict(facts))

    def blind(self, about: str, envelopes: list[str]) -> tuple[int, str]:
        salt = secrets.token_bytes(32)
        commit = admission.blind_commit(salt, about, envelopes)
        return self.record("sealed", "sealed", {"commit": commit}), salt.hex()

    def publish(self) -> Note:
        size = checkpoint.read_text(self.notes[-1].text).size if self.notes else 0
        if size < len(self.entries) or not self.notes:
            new = self.entries[size:]
            tiles.extend(self.tiles.__getitem__, self.tiles.__setitem__, size, new)
            self.notes.append(self.note_over(self.entries))
        return self.notes[-1]

    def note_over(self, entries: list[bytes]) -> Note:
        over = checkpoint.Checkpoint(ORIGIN, len(entries), tree.root_of(entries))
        return checkpoint.sign(self.log, over)

    def quorum(self, index: int) -> Note | None:
        for note in self.notes:
            if checkpoint.read_text(note.text).size > index and checkpoint.has_quorum(
                note, self.anchors.witnesses
            ):
                return note
        return None
