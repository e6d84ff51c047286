"""Publishing the ledger: tiles on disk, then a signed checkpoint over them, then witness lines.

Tiles are written before the checkpoint that speaks of them, so a process that dies in between is
simply repeated. The folder is meant for a second disk: after a restore of an older database the
server sees there that its tree became shorter, and refuses to serve (PROTOCOL.md §3).
"""

import asyncio
import os
from pathlib import Path

from market.audit.models import Checkpoint, LedgerEntry, LedgerHead
from market.audit.witnesses import log_key
from market.infra import db
from market.kernel.call import Call, Tools
from market.kernel.errors import Kind, MarketError
from signing.log import checkpoint as notes
from signing.log import note, tiles, tree
from signing.trustee.wire import Cosignature

BATCH = 4096


class LogFolder:
    """The published files below ``/log/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes:
        """A tile or bundle; raises FileNotFoundError."""
        return (self.folder / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Write durably and at once: a reader sees the old file or the new one."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

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


async def must_not_be_shorter(tools: Tools) -> None:
    """Refuse to serve a database that is older than what was published from it."""
    head = await LedgerHead.get(id=1)
    size = published_size(tools)
    if head.size < size:
        raise MarketError("audit.shorter_tree", Kind.UNAVAILABLE, have=head.size, published=size)


async def publish(call: Call) -> int:
    """Bring tiles and checkpoint up to the head; returns the size. Two workers do no harm."""
    size = published_size(call.tools)
    head = await LedgerHead.get(id=1)
    if head.size == size:
        return size
    folder = LogFolder(call.tools.log)
    while size < head.size:
        rows = (
            await LedgerEntry.filter(index__gte=size, index__lt=min(size + BATCH, head.size))
            .order_by("index")
            .values_list("data", flat=True)
        )
        entries = [bytes(row) for row in rows]
        size = await asyncio.to_thread(tiles.extend, folder.read, folder.write, size, entries)
    found = notes.Checkpoint(
        call.tools.city.origin, size, tree.Frontier.over(folder.nodes(size), size).root()
    )
    text = str(notes.sign(log_key(call.tools), found))
    folder.write("checkpoint", text.encode())
    await Checkpoint.get_or_create(
        size=size, defaults={"note": text, "lines": [], "at": call.now, "witnessed": False}
    )
    return size


async def witnessed_note(size_above: int) -> str | None:
    """The smallest checkpoint with a quorum that covers the entry at index ``size_above``."""
    rows = await Checkpoint.filter(size__gt=size_above, witnessed=True).order_by("size").limit(1)
    return rows[0].note if rows else None


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
        reached = notes.has_quorum(joined, call.tools.anchors.witnesses)
        names = sorted({line.name for line in joined.lines})
        await Checkpoint.filter(size=size).update(note=str(joined), witnessed=reached, lines=names)
    if published_size(call.tools) == size:
        LogFolder(call.tools.log).write("checkpoint", str(joined).encode())
    return reached
