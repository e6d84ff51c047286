"""A trustee's own copy of the whole ledger: entries, leaf hashes, checkpoints (PROTOCOL.md §3).

The root is always computed here, from the entries that lie here; the platform's word about its tree
is only ever compared with it. An entry whose bytes mean nothing is kept like any other: it is the
tree that a witness vouches for, what an entry says is judged where it is used.
"""

import sqlite3
from collections.abc import Iterable

from signing.core.canonical import loads
from signing.core.errors import Refused
from signing.log import tree
from signing.log.checkpoint import Checkpoint
from signing.log.tree import Frontier
from signing.rounds.ledger_view import RoundView, blind_commit_in, read_entry, view
from signing.ways.registry import OWN

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, about TEXT, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS entry_about ON entry (about, number) WHERE about != 'sealed';
CREATE TABLE IF NOT EXISTS frontier (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  parts BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS checkpoint (size INTEGER PRIMARY KEY, root BLOB NOT NULL,
  note TEXT NOT NULL);
"""


class LedgerCopy:
    """The copy in one open database; who calls `extend` holds a transaction around it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(SCHEMA)

    @property
    def frontier(self) -> Frontier:
        """The tree as far as it is stored."""
        row = self._db.execute("SELECT size, parts FROM frontier").fetchone()
        if row is None:
            return Frontier()
        return Frontier(row[0], [row[1][at : at + 32] for at in range(0, len(row[1]), 32)])

    @property
    def size(self) -> int:
        """How many entries are stored."""
        return self.frontier.size

    def extend(self, entries: Iterable[bytes]) -> Frontier:
        """Store entries behind the last; give the tree with them."""
        grown = self.frontier
        for data in entries:
            number = grown.append(tree.leaf_hash(data))
            self._db.execute("INSERT INTO entry VALUES (?, ?, ?)", (number, _about(data), data))
        row = (grown.size, b"".join(grown.parts))
        self._db.execute("INSERT OR REPLACE INTO frontier VALUES (1, ?, ?)", row)
        return grown

    def keep(self, checkpoint: Checkpoint, note: str) -> None:
        """Remember a checkpoint that this copy confirms, with the note that claimed it."""
        row = (checkpoint.size, checkpoint.root, note)
        self._db.execute("INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?)", row)

    def last_note(self) -> str | None:
        """Give the note of the last checkpoint that was confirmed."""
        said = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1"
        row = self._db.execute(said).fetchone()
        return None if row is None else str(row[0])

    def root_at(self, size: int) -> bytes:
        """Give the root of the first `size` entries; refuses more than are stored."""
        if size > self.size:
            said = "a checkpoint of {size} entries lies ahead of this trustee's copy"
            raise Refused("checkpoint_ahead", said, size=size)
        row = self._db.execute("SELECT root FROM checkpoint WHERE size = ?", (size,)).fetchone()
        if row is not None:
            return bytes(row[0])
        rows = self._db.execute("SELECT data FROM entry WHERE number < ? ORDER BY number", (size,))
        grown = Frontier()
        for (data,) in rows:
            grown.append(tree.leaf_hash(data))
        return grown.root()

    def round(self, about: str, below: int | None = None) -> RoundView:
        """Give what the copy, or its first `below` entries, says of one attempt of a round."""
        said = "SELECT number, data FROM entry WHERE about = ? AND about != 'sealed' AND number < ?"
        rows = self._db.execute(said, (about, self.size if below is None else below)).fetchall()
        return view(about, [read_entry(number, data, OWN) for number, data in rows])

    def blind(self, number: int) -> tuple[str, str] | None:
        """Give commitment and time of the blind entry `number`, None if there is none."""
        said = "SELECT data FROM entry WHERE number = ?"
        row = self._db.execute(said, (number,)).fetchone()
        entry = None if row is None else read_entry(number, row[0], OWN)
        commit = None if entry is None else blind_commit_in(entry)
        return None if entry is None or commit is None else (commit, entry.at)


def _about(data: bytes) -> str | None:
    try:
        body = loads(data)
        about = body["about"] if isinstance(body, dict) else None
        return about if isinstance(about, str) else None
    except (Refused, KeyError):
        return None
