"""The dossier under examination: its files as values, read when a check asks for them.

A reader of one file refuses what the file itself gives reason to; what files say of each other is
for the checks. Keys come from the trust file, or else from the dossier, which proves nothing about
who holds them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from signing.cms.verdicts import Signed
from signing.core.canonical import Json, b64, loads, unhex
from signing.core.errors import Refused, Unreadable
from signing.core.hashing import sha256
from signing.core.shape import (
    exactly,
    fits,
    hex_of,
    is_base64,
    is_positive,
    list_of,
    must_have,
    nullable,
)
from signing.dossier import layout
from signing.dossier.reader import Archive
from signing.log.anchors import Anchors, read_anchors
from signing.log.checkpoint import Checkpoint, quorum_at, read_text
from signing.log.note import Note, parse
from signing.pki import trust_files
from signing.pki.trust import Trust
from signing.rounds import facts
from signing.rounds.ledger_view import Entry, RoundView, read_entry, view
from signing.sealing import sealed
from signing.statements import cades
from signing.ways.registry import OWN

_Read = TypeVar("_Read")
_OPENED = {
    "v": exactly(1),
    "envelope": hex_of(32),
    "shares": list_of(fits({"x": is_positive, "share": hex_of(32)})),
    "payload_b64": nullable(is_base64),
}
_TRUST = {
    "v": exactly(1),
    "kind": exactly("trust"),
    "authorities": list_of(lambda value: isinstance(value, dict)),
}


@dataclass(frozen=True)
class Opened:
    """An opened envelope: whose shares (x) opened it, and the payload (None: unreadable)."""

    seats: frozenset[int]
    payload: bytes | None


class Once(Generic[_Read]):
    """What was read once, by path; a refusal is kept as well."""

    def __init__(self) -> None:
        self._kept: dict[str, _Read | Refused] = {}

    def get(self, path: str, read: Callable[[], _Read]) -> _Read:
        """Give what is kept, or else what `read` gives now."""
        if path not in self._kept:
            try:
                self._kept[path] = read()
            except Refused as refusal:
                self._kept[path] = refusal
        found = self._kept[path]
        if isinstance(found, Refused):
            raise found
        return found


@dataclass(frozen=True)
class Case:
    """An archive, the trust file that anchors it, the folder of recognised authorities.

    Beside them what was read of it once; `attempts` are
    `attempt.attempts`', which stands above this.
    """

    archive: Archive
    pinned: bytes | None = None
    roots: Path | None = None
    attempts: list[Any] = field(default_factory=list, init=False, repr=False)
    _entries: Once[Entry] = field(default_factory=Once, init=False, repr=False)
    _envelopes: Once[sealed.Envelope] = field(default_factory=Once, init=False, repr=False)
    _opened: Once[Opened] = field(default_factory=Once, init=False, repr=False)

    def json(self, path: str) -> Json:
        """Give the value of a canonical file."""
        return loads(self.archive.read(path))

    def rows(self, path: str) -> list[Json]:
        """Give a file that holds a list; a file that is not there refuses."""
        value = self.json(path)
        if not isinstance(value, list):
            raise Refused("shape", "{path} is no list", path=path)
        return value

    @cached_property
    def anchors(self) -> Anchors:
        """Whose keys count."""
        return read_anchors(self.pinned or self.archive.read(layout.KEYS))

    @cached_property
    def trust(self) -> Trust:
        """Which certificates count: the folder's authorities or the dossier's, with all CRLs."""
        beside = {
            path.removeprefix(layout.TRUST): self.archive.read(path)
            for path in self.archive.below(layout.TRUST)
            if path != layout.TRUST_FILE
        }
        if self.roots is not None:
            lists = [data for path, data in beside.items() if path.endswith(".crl")]
            return trust_files.load(self.roots).with_crls(lists)
        body = must_have(layout.TRUST_FILE, self.json(layout.TRUST_FILE), _TRUST)
        return trust_files.assembled(body["authorities"], beside)

    @cached_property
    def seal(self) -> Signed:
        """Who sealed the manifest, an organisation whose signature counts."""
        manifest = self.archive.read(layout.MANIFEST)
        signature = self.archive.read(layout.SEAL)
        return cades.verify_fast(manifest, signature, self.trust, "organisation")

    @cached_property
    def head(self) -> Checkpoint:
        """The checkpoint under which everything stands; its signatures are check 3."""
        return read_text(self.note(layout.CHECKPOINT).text)

    def note(self, path: str) -> Note:
        """Give a signed note."""
        try:
            return parse(self.archive.read(path).decode())
        except UnicodeDecodeError:
            raise Refused("note", "this is no signed note") from None

    @cached_property
    def history(self) -> list[tuple[Note, list[bytes]]]:
        """The checkpoints of the past with their proofs of consistency, in order."""
        shape = {"checkpoint": lambda value: isinstance(value, str), "proof": list_of(hex_of(32))}
        rows = [must_have("history", row, shape) for row in self.rows(layout.HISTORY)]
        return [(parse(row["checkpoint"]), [unhex(part) for part in row["proof"]]) for row in rows]

    @cached_property
    def cosigned(self) -> list[tuple[int, int]]:
        """Size and time of every checkpoint that the quorum cosigned; bad ones check 3 names."""
        found = []
        for note in (*(note for note, _ in self.history), self.note(layout.CHECKPOINT)):
            try:
                at = quorum_at(note, self.anchors.witnesses)
            except Refused:
                continue
            if at is not None:
                found.append((read_text(note.text).size, at))
        return found

    def entry(self, index: int) -> Entry:
        """Give one ledger entry."""
        path = layout.entry(index)
        return self._entries.get(path, lambda: read_entry(index, self.archive.read(path), OWN))

    @cached_property
    def indexes(self) -> list[int]:
        """The index of every entry in the dossier."""
        found = (layout.index_in(path) for path in self.archive.below("entries/"))
        return sorted(index for index in found if index is not None)

    @cached_property
    def entries(self) -> list[Entry]:
        """Every entry that can be read, in order; those that cannot are check 4's to name."""
        found = []
        for index in self.indexes:
            try:
                found.append(self.entry(index))
            except Refused:
                continue
        return found

    @cached_property
    def rounds(self) -> list[RoundView]:
        """Every round of the project that was published, by attempt."""
        names = {entry.about for entry in self.entries if entry.about.startswith("round:")}
        found = [view(name, self.entries) for name in names]
        published = [one for one in found if one.first(facts.Published)]
        return sorted(published, key=lambda one: layout.attempt_of(one.about))

    def envelope(self, name: str) -> sealed.Envelope:
        """Give the envelope of this hash, its bytes and signature checked."""
        path = layout.by_hash("envelopes", name)

        def read() -> sealed.Envelope:
            data = self.archive.read(path)
            if sha256(data).hex() != name:
                raise Refused("name", "the file is not the one whose hash it is called by")
            return sealed.read(data, name)

        return self._envelopes.get(path, read)

    def opened(self, name: str) -> Opened:
        """Open an envelope again from the shares; refuses if that gives another content."""
        path = layout.by_hash("opened", name)

        def read() -> Opened:
            body = must_have("opened", self.json(path), _OPENED)
            shares = {row["x"]: unhex(row["share"]) for row in body["shares"]}
            if body["envelope"] != name or len(shares) != len(body["shares"]):
                raise Refused("opened", "opened: another envelope, or a share twice")
            payload = _opened(self.envelope(name), shares)
            if (None if payload is None else b64(payload)) != body["payload_b64"]:
                raise Refused("opened_other", "opened: the shares give another content than stated")
            return Opened(frozenset(shares), payload)

        return self._opened.get(path, read)


def _opened(envelope: sealed.Envelope, shares: dict[int, bytes]) -> bytes | None:
    try:
        return sealed.decrypt(envelope, sealed.recover(envelope, shares))
    except Unreadable:
        return None
