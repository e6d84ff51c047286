"""A round as the ledger tells it: published, promised, extended, frozen, opened, decided, moved.

`RoundView` is built from the entries about one round (PROTOCOL.md §3, §4, §6) and is the same for
a trustee, which reads its own copy of the ledger, and for the verifier, which reads a dossier. Of
what may happen once, the first entry counts and the others are kept to be reported; whether the
order of the entries is allowed and what the hashes in them stand for is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

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

Said = TypeVar("Said", bound=Facts)
Of_co = TypeVar("Of_co", bound=Facts, covariant=True)
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
class Act(Generic[Of_co]):
    """An entry of a round with its facts as those of its tag."""

    entry: Entry
    facts: Of_co

    @property
    def index(self) -> int:
        """Where it stands in the ledger."""
        return self.entry.index

    @property
    def at(self) -> str:
        """When it was logged."""
        return self.entry.at

    @property
    def by(self) -> str:
        """Who did it."""
        return self.entry.by


@dataclass(frozen=True)
class RoundView:
    """What the ledger says of one attempt of a round; `acts` by tag."""

    about: str
    acts: Mapping[str, tuple[Entry, ...]]

    def first(self, kind: type[Said]) -> Act[Said] | None:
        """Give the first act of this kind, if there is one."""
        return next(iter(self.all(kind)), None)

    def all(self, kind: type[Said]) -> tuple[Act[Said], ...]:
        """Give every act of this kind, in order."""
        return tuple(Act(one, kind.heard(one.facts)) for one in self.acts.get(kind.tag, ()))

    def must(self, kind: type[Said]) -> Act[Said]:
        """Give the first act of this kind; refuses a round that has none yet."""
        found = self.first(kind)
        if found is None:
            said = "{about}: the ledger has no entry {name} yet"
            raise Refused("not_yet", said, about=self.about, name=name_of(kind))
        return found

    @property
    def published(self) -> JsonObject:
        """The facts of the publication as they were written: a way may have published more."""
        return self.must(facts.Published).entry.facts

    @property
    def terms(self) -> Terms:
        """The terms of every envelope, as the publication fixed them."""
        said = self.must(facts.Published).facts
        seats = tuple(Seat(seat["id"], seat["key"]) for seat in said.trustees)
        return Terms(self.about, said.k, seats, said.opens_at)

    @property
    def rules(self) -> JsonObject:
        """The rules of the draw, as published."""
        return self.must(facts.Published).facts.rules

    @property
    def deadline(self) -> str:
        """The latest logged hour; an extension never moves it earlier (§4)."""
        later = (one.facts.opens_at for one in self.all(facts.Extended))
        return max((self.must(facts.Published).facts.opens_at, *later), key=read_instant)

    @property
    def closes(self) -> datetime:
        """The deadline as an instant."""
        return read_instant(self.deadline)

    @property
    def contributions(self) -> dict[str, Act[facts.Contributed]]:
        """The first contribution of each role."""
        return {one.facts.role: one for one in reversed(self.all(facts.Contributed))}


def read_entry(index: int, data: bytes, own: Mapping[str, Shape]) -> Entry:
    """Read the stored bytes of one ledger entry; the facts of a round's acts are checked too.

    Facts may have more keys than are read here: a city may log more. `own` are the shapes of acts
    that only some ways have, by tag.
    """
    body = must_have("entry", loads(data), _ENTRY)
    said = body["facts"]
    shape = _SHAPES.get(body["tag"], own.get(body["tag"]))
    if shape is not None:
        must_have(body["tag"], {key: said[key] for key in shape if key in said}, shape)
    inner = {key: body[key] for key in ("tag", "at", "about", "by", "prev", "facts")}
    return Entry(index, data, **inner)


def name_of(kind: type[Facts]) -> str:
    """Give the tag of a round's act without its prefix."""
    return kind.tag.removeprefix(_TAG)


def view(about: str, entries: Iterable[Entry]) -> RoundView:
    """Collect the entries about one round, in the order of the ledger."""
    acts: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: one.index):
        if entry.about == about and entry.tag.startswith(_TAG):
            acts.setdefault(entry.tag, []).append(entry)
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
