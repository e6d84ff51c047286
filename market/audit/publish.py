"""Publishing the ledger: tiles on disk, then a signed checkpoint over them, then witness lines.

Tiles are written before the checkpoint that speaks of them, so a process that dies in between is
simply repeated; the database knows a checkpoint before the folder shows it, so none is shown that
no witness is asked for. The folder is meant for a second disk: after a restore of an older database
the server sees there that its tree became shorter, and refuses to serve (PROTOCOL.md §3).
"""

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import floor
from pathlib import Path

from market.audit.models import Checkpoint, LedgerEntry, LedgerHead
from market.audit.platform_keys import log_key
from market.infra import db
from market.kernel.call import Call, Tools
from market.kernel.errors import Kind, MarketError
from signing.core import durable
from signing.log import checkpoint as notes
from signing.log import note, tiles, tree
from signing.trustee.wire import Cosignature

BATCH = 4096
DATED = 200
LATEST = 2**63 - 1


class LogFolder:
    """The published files below ``/log/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes:
        """A tile or bundle; raises FileNotFoundError."""
        return (self.folder / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Write durably and at once: a reader sees the old file or the new one."""
        durable.write(self.folder / path, data)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else writes here; who does will have published this too in a moment."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def show(self, text: str) -> None:
        """Make ``text`` the published checkpoint."""
        path, data = self.folder / "checkpoint", text.encode()
        if not path.exists() or path.read_bytes() != data:
            self.write("checkpoint", data)

    def nodes(self, size: int) -> tree.Nodes:
        """The tree of ``size`` for proofs."""
        return tiles.nodes(self.read, size)


def published_size(tools: Tools) -> int:
    """Up to where the ledger has been published, as the published folder itself says."""
    try:
        text = (tools.log / "checkpoint").read_text("utf-8")
    except FileNotFoundError:
        return 0
    return notes.read_text(note.parse(text).text).size


async def must_not_be_shorter(tools: Tools) -> int:
    """Refuse a database that is older than what was published from it; gives its size."""
    published = published_size(tools)  # read first: the ledger may grow meanwhile, never shrink
    head = await LedgerHead.get(id=1)
    if head.size < published:
        raise MarketError(
            "audit.shorter_tree", Kind.UNAVAILABLE, have=head.size, published=published
        )
    return int(head.size)


async def publish(call: Call) -> int:
    """Bring tiles and checkpoint up to the head; returns the size. One process at a time does."""
    folder = LogFolder(call.tools.log)
    with folder.alone() as mine:
        size = published_size(call.tools)
        if not mine:
            return size
        goal = await must_not_be_shorter(call.tools)
        while size < goal:
            rows = (
                await LedgerEntry.filter(index__gte=size, index__lt=min(size + BATCH, goal))
                .order_by("index")
                .values_list("data", flat=True)
            )
            entries = [bytes(row) for row in rows]
            size = await asyncio.to_thread(tiles.extend, folder.read, folder.write, size, entries)
        if size:
            folder.show(await _checkpoint(call, folder, size))
    return size


async def _checkpoint(call: Call, folder: LogFolder, size: int) -> str:
    """The note of that size, with the witness lines so far; signed and kept when it is new."""
    row = await Checkpoint.get_or_none(size=size)
    if row is None:
        root = tree.Frontier.over(folder.nodes(size), size).root()
        found = notes.Checkpoint(call.tools.city.origin, size, root)
        text = str(notes.sign(log_key(call.tools), found))
        given = {"note": text, "lines": [], "at": call.now, "witnessed": False}
        row, _ = await Checkpoint.get_or_create(size=size, defaults=given)
    return row.note


async def witnessed_note(size_above: int) -> str | None:
    """The smallest checkpoint with a quorum that covers the entry at index ``size_above``."""
    rows = await Checkpoint.filter(size__gt=size_above, witnessed=True).order_by("size").limit(1)
    return rows[0].note if rows else None


async def witnessed_by(at: datetime, **among: int) -> Checkpoint | None:
    """The largest tree that the quorum had seen at ``at``, by the witnesses' own clocks."""
    timely = Checkpoint.filter(witnessed=True, quorum_at__lte=floor(at.timestamp()), **among)
    return await timely.order_by("-size").first()


async def date_quorums(tools: Tools) -> None:
    """Tell when the quorum had seen what it saw before its time was kept (2026-11-22).

    Only the lines say so, and whose they are only the trustees' keys: no migration could.
    """
    undated = Checkpoint.filter(witnessed=True, quorum_at=None).order_by("size").limit(DATED)
    rows = await undated
    while rows:
        seen = {row.size: _quorum_at(note.parse(row.note), tools) for row in rows}
        async with db.unit():
            for size, at in seen.items():
                await Checkpoint.filter(size=size, quorum_at=None).update(quorum_at=at)
        rows = await undated.filter(size__gt=rows[-1].size)


async def latest(*, witnessed: bool = False) -> Checkpoint | None:
    """The newest checkpoint, or the newest with a quorum."""
    query = Checkpoint.filter(witnessed=True) if witnessed else Checkpoint.all()
    rows = await query.order_by("-size").limit(1)
    return rows[0] if rows else None


async def add_line(call: Call, cosigned: Cosignature) -> bool:
    """Keep a witness's line under one of our checkpoints; True when the quorum is reached.

    The line has been checked (``wire.read_cosignature``); a tree that is not ours is refused.
    """
    size = cosigned.checkpoint.size
    async with db.unit():
        row = await Checkpoint.select_for_update().get_or_none(size=size)
        if row is None or note.parse(row.note).text != cosigned.checkpoint.text:
            raise MarketError("audit.unknown_checkpoint", Kind.CONFLICT)
        joined = note.parse(row.note).having(cosigned.line)
        quorum_at = _quorum_at(joined, call.tools)
        reached = quorum_at is not None
        names = sorted({line.name for line in joined.lines})
        await Checkpoint.filter(size=size).update(
            note=str(joined), witnessed=reached, lines=names, quorum_at=quorum_at
        )
    folder = LogFolder(call.tools.log)
    with folder.alone() as mine:
        if mine and published_size(call.tools) == size:
            folder.show(str(joined))
    return reached


def _quorum_at(joined: note.Note, tools: Tools) -> int | None:
    """When the quorum had seen it, as far as a database can count: a clock may say anything."""
    at = notes.quorum_at(joined, tools.anchors.witnesses)
    return None if at is None else min(at, LATEST)
