"""A round as the ledger tells it: published, promised, extended, frozen, opened, decided, moved.

`RoundView` is built from the entries about one round (PROTOCOL.md §3, §4, §6) and is the same for
a trustee, which reads its own copy of the ledger, and for the verifier, which reads a dossier. Of
what may happen once, the first entry counts and the others are kept to be reported; whether the
order of the entries is allowed and what the hashes in them stand for is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from signing.core.canonical import Json, JsonObject, dumps, loads, read_instant
from signing.core.errors import Refused
from signing.core.facts import Facts, shape_of
from signing.core.hashing import sha256
from signing.core.shape import (
    Shape,
    exactly,
    is_instant,
    is_natural,
    is_text,
    must_have,
    nullable,
)
from signing.rounds import facts
from signing.sealing.sealed import Seat, Terms

SEALED = facts.Sealed.tag
_TAG = "selection:round:"

_ENTRY: Shape = {
    "v": exactly(1),
    "tag": is_text,
    "at": is_instant,
    "about": is_text,
    "by": is_text,
    "prev": nullable(is_natural),
    "facts": lambda value: isinstance(value, dict),
}
# What of an act is read here; facts may say more, and older ones say less.
_READ: Mapping[type[Facts], str] = {
    facts.Published: "way pool rules k trustees opens_at control_price_fen platform_key",
    facts.Contributed: "role commit envelope",
    facts.Accepting: "",
    facts.Extended: "opens_at",
    facts.Frozen: "kind sha256 root standing_root",
    facts.Released: "trustee kind sha256",
    facts.Unsealed: "sha256 count unreadable",
    facts.Decided: "transcript ranking taken",
    facts.Moved: "leaf cause",
    facts.Failed: "reason",
    facts.Revealed: "leaf",
    facts.AuditOrdered: "order freeze",
    facts.AuditFound: "finding",
}
_SHAPES: Mapping[str, Shape] = {
    kind.tag: {name: shape_of(kind)[name] for name in names.split()}
    for kind, names in _READ.items()
}


@dataclass(frozen=True)
class Entry:
    """One ledger entry: its index, its stored bytes, what it says."""

    index: int
    data: bytes
    tag: str
    at: str
    about: str
    by: str
    prev: int | None
    facts: JsonObject


@dataclass(frozen=True)
class RoundView:
    """What the ledger says of one attempt of a round; `acts` by tag, without its prefix."""

    about: str
    acts: Mapping[str, tuple[Entry, ...]]

    def first(self, name: str) -> Entry | None:
        """Give the first entry of this name, if there is one."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[Entry, ...]:
        """Give every entry of this name, in order."""
        return self.acts.get(name, ())

    def must(self, name: str) -> Entry:
        """Give the first entry of this name; refuses a round that has none yet."""
        found = self.first(name)
        if found is None:
            said = "{about}: the ledger has no entry {name} yet"
            raise Refused("not_yet", said, about=self.about, name=name)
        return found

    @property
    def terms(self) -> Terms:
        """The terms of every envelope, as the publication fixed them."""
        said = self.must("published").facts
        seats = tuple(Seat(seat["id"], seat["key"]) for seat in said["trustees"])
        return Terms(self.about, said["k"], seats, said["opens_at"])

    @property
    def rules(self) -> JsonObject:
        """The rules of the draw, as published."""
        rules: JsonObject = self.must("published").facts["rules"]
        return rules

    @property
    def deadline(self) -> str:
        """The latest logged hour; an extension never moves it earlier (§4)."""
        hours = [self.must("published"), *self.all("extended")]
        return max((str(one.facts["opens_at"]) for one in hours), key=read_instant)

    @property
    def closes(self) -> datetime:
        """The deadline as an instant."""
        return read_instant(self.deadline)

    @property
    def contributions(self) -> dict[str, Entry]:
        """The first contribution of each role."""
        return {one.facts["role"]: one for one in reversed(self.all("contributed"))}


def read_entry(index: int, data: bytes) -> Entry:
    """Read the stored bytes of one ledger entry; the facts of a round's acts are checked too.

    Facts may have more keys than are read here: a city may log more.
    """
    body = must_have("entry", loads(data), _ENTRY)
    said, shape = body["facts"], _SHAPES.get(body["tag"])
    if shape is not None:
        must_have(body["tag"], {key: said[key] for key in shape if key in said}, shape)
    inner = {key: body[key] for key in ("tag", "at", "about", "by", "prev", "facts")}
    return Entry(index, data, **inner)


def view(about: str, entries: Iterable[Entry]) -> RoundView:
    """Collect the entries about one round, in the order of the ledger."""
    acts: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: one.index):
        if entry.about == about and entry.tag.startswith(_TAG):
            acts.setdefault(entry.tag.removeprefix(_TAG), []).append(entry)
    return RoundView(about, {name: tuple(some) for name, some in acts.items()})


def blind_commit_in(entry: Entry) -> str | None:
    """Give the commitment of a blind entry, None of any other."""
    commit: Json = entry.facts.get("commit")
    return commit if entry.tag == SEALED and isinstance(commit, str) else None


def opening_digest(opens: Mapping[str, bool]) -> str:
    """Give `sha256` of the `unsealed` entry: over [{"envelope","opens"}…] by envelope (§4).

    `opens` holds every application accepted and every draw secret.
    """
    rows = [{"envelope": envelope, "opens": opens[envelope]} for envelope in sorted(opens)]
    return sha256(dumps(rows)).hex()
