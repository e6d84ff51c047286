"""Writing the ledger: ``record`` inside a unit, numbering at its very end.

The index is taken under a lock on the head as the last thing before the commit: no gaps, commit
order. ``prev`` chains the entries about the same thing. Times never go back, whatever the clock
does (PROTOCOL.md §3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from market.audit.models import LedgerAct, LedgerEntry, LedgerHead
from market.infra import db
from market.kernel.call import Call
from market.kernel.clock import to_millisecond
from market.kernel.errors import Kind, MarketError
from market.kernel.ids import new_token
from signing import canonical
from signing.admission import blind_commit
from signing.log import tree

MAX_ENTRY = 65_535


@dataclass(slots=True)
class Mark:
    """The entry to be: its token at once, its index when the unit ends."""

    token: str
    tag: str
    about: str
    by: str
    at: datetime
    facts: Mapping[str, Any]
    before: datetime | None = None
    number: int | None = field(default=None)

    @property
    def index(self) -> int:
        """The ledger index; only after the numbering."""
        if self.number is None:
            raise RuntimeError("the index is known at the end of the unit")
        return self.number


async def record(
    call: Call,
    tag: StrEnum | str,
    *,
    about: str,
    facts: Mapping[str, Any],
    by: str | None = None,
    before: datetime | None = None,
) -> Mark:
    """Promise an entry. Inside a unit.

    With ``before`` the unit fails when the entry's time would not lie before that instant.
    """
    unit = db.current()
    mark = Mark(new_token(), str(tag), about, by or call.actor.ledger_name, call.now, facts, before)
    await LedgerAct.create(token=mark.token)
    unit.pending.append(mark)
    unit.at_end["ledger"] = _number
    return mark


async def record_sealed(
    call: Call, salt: bytes, about: str, envelopes: list[str], before: datetime | None = None
) -> Mark:
    """A blind entry: nothing in it tells which round or who (PROTOCOL.md §3)."""
    facts = {"commit": blind_commit(salt, about, envelopes)}
    return await record(call, "sealed", about="sealed", facts=facts, by="sealed", before=before)


async def foresee() -> int:
    """The index that the next recorded entry will have.

    Inside a unit, near its end: locks the head.
    """
    head = await LedgerHead.select_for_update().get(id=1)
    return int(head.size) + len(db.current().pending)


async def _number() -> None:
    unit = db.current()
    marks: list[Mark] = unit.pending
    head = await LedgerHead.select_for_update().get(id=1)
    size, last_at = head.size, head.last_at
    for mark in marks:
        at = to_millisecond(max(mark.at, last_at) if last_at else mark.at)
        if mark.before is not None and at >= mark.before:
            raise MarketError("selection.late", Kind.CONFLICT)
        entry = {
            "v": 1,
            "tag": mark.tag,
            "at": canonical.instant(at),
            "about": mark.about,
            "by": mark.by,
            "prev": await _previous(mark.about),
            "facts": dict(mark.facts),
        }
        data = canonical.dumps(entry)
        if len(data) > MAX_ENTRY:
            raise ValueError(f"{mark.tag}: an entry of {len(data)} bytes; log its hash instead")
        await LedgerEntry.create(
            index=size,
            token=mark.token,
            about=mark.about,
            tag=mark.tag,
            at=at,
            data=data,
            leaf=tree.leaf_hash(data),
        )
        mark.number, size, last_at = size, size + 1, at
    await LedgerHead.filter(id=1).update(size=size, last_at=last_at)
    unit.pending = []


async def _previous(about: str) -> int | None:
    if about == "sealed":
        return None
    rows = await LedgerEntry.filter(about=about).order_by("-index").limit(1).values_list("index")
    return int(rows[0][0]) if rows else None


async def index_of(token: str) -> int:
    """The index of a committed entry."""
    return int((await LedgerEntry.get(token=token)).index)
