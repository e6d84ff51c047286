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
from signing.core.hashing import sha256
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_instant,
    is_natural,
    is_positive,
    is_text,
    list_of,
    must_have,
    nullable,
)
from signing.sealing.sealed import Seat, Terms

SEALED = "sealed"
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
_FACTS: Mapping[str, Shape] = {
    "published": {
        "way": is_text,
        "pool": is_text,
        "rules": lambda value: isinstance(value, dict),
        "k": is_positive,
        "trustees": list_of(fits({"id": is_text, "key": hex_of(32)})),
        "opens_at": is_instant,
        "control_price_fen": nullable(is_positive),
        "platform_key": hex_of(32),
    },
    "contributed": {"role": is_text, "commit": hex_of(32), "envelope": hex_of(32)},
    "accepting": {},
    "extended": {"opens_at": is_instant},
    "frozen": {
        "kind": is_text,
        "sha256": hex_of(32),
        "root": hex_of(32),
        "standing_root": nullable(hex_of(32)),
    },
    "released": {"trustee": is_text, "kind": is_text, "sha256": hex_of(32)},
    "unsealed": {"sha256": hex_of(32), "count": is_natural, "unreadable": is_natural},
    "decided": {
        "transcript": hex_of(32),
        "ranking": nullable(hex_of(32)),
        "taken": list_of(hex_of(32)),
    },
    "moved": {"leaf": hex_of(32), "cause": is_text},
    "failed": {"reason": is_text},
    "revealed": {"leaf": hex_of(32)},
    "audit_ordered": {"order": hex_of(32), "freeze": hex_of(32)},
    "audit_found": {"finding": hex_of(32)},
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
        facts = self.must("published").facts
        seats = tuple(Seat(seat["id"], seat["key"]) for seat in facts["trustees"])
        return Terms(self.about, facts["k"], seats, facts["opens_at"])

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
    facts = body["facts"]
    shape = _FACTS.get(body["tag"].removeprefix(_TAG)) if body["tag"].startswith(_TAG) else None
    if shape is not None:
        must_have(body["tag"], {key: facts[key] for key in shape if key in facts}, shape)
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
