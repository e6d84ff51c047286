"""What a trustee remembers, on its own disk (PROTOCOL.md §3, §4).

SQLite in WAL mode with every commit synced: nothing is told to anybody before it is durable, so an
agent that is killed at any point takes up where it was. Beside the copy of the ledger it holds
every envelope it was shown, the first freeze of each round, and everything it ever said, alarms
included, as the bytes that were signed: the same question gets the same answer. What was said and
not yet taken in by the platform is the outbox.
One process at a time: the file is locked as long as it is open.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signing.core.canonical import JsonObject, dumps, instant, loads, read_instant
from signing.core.errors import Refused
from signing.sealing.sealed import Envelope
from signing.trustee.ledger_copy import LedgerCopy

FILE = "memory.sqlite3"
MOMENT = timedelta(milliseconds=1)
SCHEMA = """
CREATE TABLE IF NOT EXISTS envelope (sha256 TEXT PRIMARY KEY, about TEXT NOT NULL,
  kind TEXT NOT NULL, author TEXT NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS envelope_author ON envelope (author);
CREATE TABLE IF NOT EXISTS sealed (number INTEGER PRIMARY KEY, about TEXT NOT NULL,
  salt TEXT NOT NULL, envelopes TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS freeze (about TEXT PRIMARY KEY, number INTEGER NOT NULL,
  data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS said (kind TEXT, subject TEXT, about TEXT, data BLOB NOT NULL,
  waits INTEGER NOT NULL DEFAULT 1, delivered_at TEXT, PRIMARY KEY (kind, subject));
CREATE TABLE IF NOT EXISTS greeting (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS said_waits ON said (waits) WHERE waits;
"""
# The first version kept two hashes, each in a column. They stay there, for a trustee of then.
PAIRS = """
INSERT OR IGNORE INTO sealed
  SELECT number, about, salt, application || ' ' || identity FROM upload
"""


@dataclass(frozen=True)
class Upload:
    """The envelopes of one blind entry, as the platform showed them: index, salt (hex), hashes."""

    index: int
    salt: str
    envelopes: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """Something this trustee signed; `delivered_at` by its own clock, None if never taken in."""

    kind: str
    subject: str
    body: JsonObject
    delivered_at: str | None


class Memory:
    """One open memory; what it wrote is durable when the outermost `together` ends."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=0)
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(SCHEMA)
            if self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'upload'").fetchone():
                self._db.execute(PAIRS)
            self.ledger = LedgerCopy(self._db)
        except sqlite3.OperationalError:
            self._db.close()
            raise Refused("memory_locked", "this memory is in use by another agent") from None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all that is written inside durable together, or none of it.

        One inside another can fail alone; durable is what the outermost ends with.
        """
        outermost = not self._db.in_transaction
        self._db.execute("BEGIN IMMEDIATE" if outermost else "SAVEPOINT inner")
        try:
            yield
            self._db.execute("COMMIT" if outermost else "RELEASE inner")
        except BaseException:
            if outermost:
                self._db.rollback()
            elif self._db.in_transaction:  # a full disk may have ended it already
                self._db.execute("ROLLBACK TO inner")
                self._db.execute("RELEASE inner")
            raise

    def keep_envelope(self, one: Envelope) -> None:
        """Keep an envelope."""
        row = (one.sha256, one.about, one.kind, one.author, one.seq, one.data)
        self._db.execute("INSERT OR IGNORE INTO envelope VALUES (?, ?, ?, ?, ?, ?)", row)

    def envelope(self, sha256: str) -> Envelope | None:
        """Give an envelope that was kept."""
        said = "SELECT data FROM envelope WHERE sha256 = ?"
        row = self._db.execute(said, (sha256,)).fetchone()
        return None if row is None else Envelope(row[0], loads(row[0]))

    def other_bytes(self, one: Envelope) -> str | None:
        """Give the hash of an envelope of the same author, kind and seq with other bytes."""
        said = (
            "SELECT sha256 FROM envelope WHERE about = ? AND kind = ? AND author = ? AND seq = ?"
            " AND sha256 != ?"
        )
        row = (one.about, one.kind, one.author, one.seq, one.sha256)
        found = self._db.execute(said, row).fetchone()
        return None if found is None else str(found[0])

    def other_round(self, one: Envelope) -> str | None:
        """Give another round in which the author of an application was seen."""
        said = "SELECT about FROM envelope WHERE author = ? AND kind = 'application' AND about != ?"
        found = self._db.execute(said, (one.author, one.about)).fetchone()
        return None if found is None else str(found[0])

    def keep_upload(self, about: str, one: Upload) -> None:
        """Keep which blind entry envelopes belong to; refuses another story about the same."""
        row = (one.index, about, one.salt, " ".join(one.envelopes))
        self._db.execute("INSERT OR IGNORE INTO sealed VALUES (?, ?, ?, ?)", row)
        kept = self._db.execute("SELECT * FROM sealed WHERE number = ?", (one.index,)).fetchone()
        if kept != row:
            said = "entry {index}: the platform told another story about it before"
            raise Refused("blind_entry", said, index=one.index)

    def uploads(self, about: str) -> list[Upload]:
        """Give every upload of a round that was shown to this trustee."""
        said = "SELECT number, salt, envelopes FROM sealed WHERE about = ? ORDER BY number"
        rows = self._db.execute(said, (about,))
        return [Upload(number, salt, tuple(some.split())) for number, salt, some in rows]

    def keep_freeze(self, about: str, index: int, data: bytes) -> None:
        """Keep the first freeze of a round that this trustee found to hold."""
        row = (about, index, data)
        self._db.execute("INSERT OR IGNORE INTO freeze VALUES (?, ?, ?)", row)

    def freeze(self, about: str) -> bytes | None:
        """Give the freeze that this trustee found to hold."""
        said = "SELECT data FROM freeze WHERE about = ?"
        row = self._db.execute(said, (about,)).fetchone()
        return None if row is None else bytes(row[0])

    def greeting_at(self, now: datetime) -> datetime:
        """Give the hour for a greeting: now, or later than every one that was given before."""
        row = self._db.execute("SELECT at FROM greeting").fetchone()
        at = now if row is None else max(now, read_instant(row[0]) + MOMENT)
        self._db.execute("INSERT OR REPLACE INTO greeting VALUES (1, ?)", (instant(at),))
        return at

    def say(self, kind: str, subject: str, about: str | None, body: JsonObject) -> None:
        """Put something signed into the outbox, for good; said again, the first stands."""
        row = (kind, subject, about, dumps(body))
        said = "INSERT OR IGNORE INTO said (kind, subject, about, data) VALUES (?, ?, ?, ?)"
        self._db.execute(said, row)

    def said(self, kind: str, subject: str) -> Said | None:
        """Give what was said about a subject."""
        return next(iter(self._said("kind = ? AND subject = ?", kind, subject)), None)

    def said_about(self, kind: str, about: str) -> list[Said]:
        """Give everything of one kind that was said about a round."""
        return self._said("kind = ? AND about = ?", kind, about)

    def all_said(self, kind: str) -> list[Said]:
        """Give everything of one kind, in the order in which it was said."""
        return self._said("kind = ?", kind)

    def outbox(self) -> list[Said]:
        """Give what waits to be taken in, in the order in which it was said."""
        return self._said("waits")

    def again(self, kind: str, subject: str) -> None:
        """Put something into the outbox once more: the platform asked for it again."""
        said = "UPDATE said SET waits = 1 WHERE kind = ? AND subject = ?"
        self._db.execute(said, (kind, subject))

    def answered(self, one: Said, at: str | None) -> None:
        """Take something out of the outbox; `at` when it was taken in, None when refused."""
        said = "UPDATE said SET waits = 0, delivered_at = coalesce(delivered_at, ?)"
        row = (at, one.kind, one.subject)
        self._db.execute(f"{said} WHERE kind = ? AND subject = ?", row)

    def _said(self, where: str, *given: str) -> list[Said]:
        rows = self._db.execute(
            f"SELECT kind, subject, data, delivered_at FROM said WHERE {where} ORDER BY rowid",  # noqa: S608 - `where` is one of the literals above
            given,
        )
        return [Said(kind, subject, loads(data), at) for kind, subject, data, at in rows]
