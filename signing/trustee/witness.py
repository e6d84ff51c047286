"""Whether a checkpoint is cosigned: only a tree that extends the one seen before (PROTOCOL.md §3).

The trustee fetches every new entry, stores it, and computes the root from its own leaves. A tree
that is shorter, or in which a leaf it knows is another, is never cosigned: both notes are kept and
told. This is what makes a split view, a rollback and a rewritten past visible.
"""

from collections.abc import Iterator
from datetime import datetime

from signing.core.canonical import instant
from signing.core.errors import Refused
from signing.log.checkpoint import cosign
from signing.log.note import parse
from signing.log.tiles import WIDTH, Read, Tile, read_bundle
from signing.trustee import wire
from signing.trustee.trustee import Trustee


def witness(trustee: Trustee, text: str, fetch: Read, now: datetime) -> int:
    """Take in the entries of an offered checkpoint and cosign it; give its size.

    `fetch` reads a tile path below the log. Refuses `fork`, `shorter_tree`, and any note that the
    pinned log did not sign.
    """
    note = parse(text)
    offered = trustee.pins.anchors.checked(note)
    memory, ledger, own = trustee.memory, trustee.memory.ledger, trustee.own
    with memory.together():
        size, last = ledger.size, ledger.last_note()
        if offered.size < size:
            if ledger.root_at(offered.size) != offered.root:
                raise _fork(size, last, text)
            said = "the ledger was shown with fewer entries than the {size} cosigned before"
            raise Refused("shorter_tree", said, size=size, evidence=(last, text))
        grown = ledger.extend(new_entries(fetch, size, offered.size))
        if (grown.size, grown.root()) != (offered.size, offered.root):
            raise _fork(size, last, text)
        ledger.keep(offered, text)
        subject = str(offered.size)
        if memory.said("cosignature", subject) is None:
            line = cosign(own.ed25519, own.name, note.text, int(now.timestamp()))
            body = wire.cosignature(own, note.text, line, instant(now))
            memory.say("cosignature", subject, None, body)
        memory.again("cosignature", subject)
    return offered.size


def new_entries(fetch: Read, known: int, size: int) -> Iterator[bytes]:
    """Give the entries known…size-1 from the bundles of a tree of `size`."""
    for number in range(known // WIDTH, -(-size // WIDTH) if size > known else 0):
        tile = Tile(None, number, min(WIDTH, size - number * WIDTH))
        entries = read_bundle(fetch(tile.path))
        if len(entries) != tile.width:
            raise Refused("bundle", "{path} does not hold its entries", path=tile.path)
        yield from entries[max(0, known - number * WIDTH) :]


def _fork(size: int, last: str | None, offered: str) -> Refused:
    said = "the ledger was shown with other entries than the {size} cosigned before"
    return Refused("fork", said, size=size, evidence=(last, offered))
