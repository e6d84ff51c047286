"""Proofs for entries, from the published tiles."""

from dataclasses import dataclass
from typing import Final

from market.audit.models import LedgerEntry
from market.audit.publish import LogFolder, latest
from market.kernel.call import Tools
from market.kernel.errors import not_found
from signing.log import tree

MOST: Final = 100  # entries of one answer


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's stored bytes, the checkpoint it is proved under, and the path (hex)."""

    index: int
    entry: bytes
    note: str
    size: int
    witnessed: bool
    path: list[str]


async def entry_proof(tools: Tools, index: int) -> Proof:
    """The proof of entry ``index``.

    Under the newest witnessed checkpoint that covers it, else under the newest.
    """
    row = await LedgerEntry.get_or_none(index=index)
    if row is None:
        raise not_found("entry")
    for wish in (True, False):
        found = await latest(witnessed=wish)
        if found is not None and found.size > index:
            path = tree.inclusion(LogFolder(tools.log).nodes(found.size), index, found.size)
            return Proof(
                index, bytes(row.data), found.note, found.size, wish, [h.hex() for h in path]
            )
    return Proof(index, bytes(row.data), "", 0, False, [])


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger says about one thing, under one checkpoint; ``next``: where more begins."""

    note: str
    entries: tuple[Proof, ...]
    next: int | None


async def history(tools: Tools, about: str, begin: int) -> History:
    """The published entries about a thing from index ``begin`` on, ``MOST`` at a time."""
    head = await latest()
    if head is None:
        return History("", (), None)
    mine = LedgerEntry.filter(about=about, index__gte=begin, index__lt=head.size)
    rows = await mine.order_by("index").limit(MOST + 1).values_list("index", "data")
    nodes = LogFolder(tools.log).nodes(head.size)
    proofs = [
        Proof(
            index,
            bytes(data),
            head.note,
            head.size,
            head.witnessed,
            [h.hex() for h in tree.inclusion(nodes, index, head.size)],
        )
        for index, data in rows[:MOST]
    ]
    return History(head.note, tuple(proofs), rows[MOST][0] if len(rows) > MOST else None)


def consistency(tools: Tools, first: int, second: int) -> list[str]:
    """The proof that the tree of ``second`` extends that of ``first``, hex."""
    nodes = LogFolder(tools.log).nodes(second)
    return [h.hex() for h in tree.consistency(nodes, first, second)]
