"""Proofs for one entry, from the published tiles."""

from dataclasses import dataclass

from market.audit.models import LedgerEntry
from market.audit.publish import LogFolder, latest
from market.kernel.call import Tools
from market.kernel.errors import not_found
from signing.log import tree


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


def consistency(tools: Tools, first: int, second: int) -> list[str]:
    """The proof that the tree of ``second`` extends that of ``first``, hex."""
    nodes = LogFolder(tools.log).nodes(second)
    return [h.hex() for h in tree.consistency(nodes, first, second)]
