"""Writing the ledger: ``record`` inside a unit, numbering at its very end.

The index is taken under a lock on the head as the last thing before the commit: no gaps, commit
order. ``prev`` chains the entries about the same thing. Times never go back, whatever the clock
does (PROTOCOL.md §3).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from market.audit.models import LedgerEntry
from market.infra import db, sql
from market.kernel.call import Call
from market.kernel.clock import to_millisecond
from market.kernel.ids import new_token
from signing.core import canonical
from signing.core.facts import Facts
from signing.log import tree

MAX_ENTRY = 65_535
_HEAD: Final = "SELECT 1 FROM ledger_head WHERE id = 1 FOR UPDATE"
_MOVE_HEAD: Final = (
    "UPDATE ledger_head SET size = size + $1,"
    " last_at = CASE WHEN last_at > $2 THEN last_at ELSE $2 END"
    " WHERE id = 1 RETURNING size, last_at"
)
_PREVIOUS: Final = 'SELECT "index" FROM ledger_entry WHERE about = $1 ORDER BY "index" DESC LIMIT 1'
Accept = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Late:
    """Facts of a ``kind`` that rest on their own entry's index, or on what is kept with it.

    ``tell`` makes them once the index is fixed: the head is held, all others wait meanwhile.
    """

    kind: type[Facts]
    tell: Callable[[int], Awaitable[Facts]]

    @property
    def tag(self) -> str:
        """The tag that they will have."""
        return self.kind.tag


@dataclass(slots=True)
class Mark:
    """The entry to be: its token at once, its index when the unit ends."""

    token: str
    told: Facts | Late
    about: str
    by: str
    at: datetime
    chained: bool = True
    accept: Accept | None = None
    number: int | None = field(default=None)

    @property
    def index(self) -> int:
        """The ledger index; only after the numbering."""
        if self.number is None:
            raise RuntimeError("the index is known at the end of the unit")
        return self.number


async def record(
    call: Call,
    told: Facts | Late,
    *,
    about: str,
    by: str | None = None,
    chained: bool = True,
    accept: Accept | None = None,
) -> Mark:
    """Promise an entry that states these facts under their tag. Inside a unit.

    ``accept`` is told the entry's time and may raise, so that the unit fails. What is not
    ``chained`` does not tell which entry about the same thing came before.
    """
    unit = db.current()
    by = by or call.actor.ledger_name
    mark = Mark(new_token(), told, about, by, call.now, chained, accept)
    await sql.insert(unit.connection, "ledger_act", {"token": mark.token})
    unit.pending.append(mark)
    unit.at_end["ledger"] = _number
    return mark


async def alone() -> None:
    """Hold the head from the start, for an act that must see every other's. Inside a unit."""
    await sql.rows(db.current().connection, _HEAD)


async def _number() -> None:
    """Write the entries of the unit, all of one instant: its own, or the last entry's if later."""
    unit = db.current()
    marks: list[Mark] = unit.pending
    now = to_millisecond(max(mark.at for mark in marks))
    (head,) = await sql.rows(unit.connection, _MOVE_HEAD, len(marks), now)
    at = to_millisecond(sql.read_instant(head["last_at"]))
    for index, mark in enumerate(marks, head["size"] - len(marks)):
        if mark.accept is not None:
            mark.accept(at)
        facts = await mark.told.tell(index) if isinstance(mark.told, Late) else mark.told
        entry = {
            "v": 1,
            "tag": str(facts.tag),
            "at": canonical.instant(at),
            "about": mark.about,
            "by": mark.by,
            "prev": await _previous(unit, mark.about) if mark.chained else None,
            "facts": facts.written(),
        }
        data = canonical.dumps(entry)
        if len(data) > MAX_ENTRY:
            raise ValueError(f"{facts.tag}: an entry of {len(data)} bytes; log its hash instead")
        row = {
            "index": index,
            "token": mark.token,
            "about": mark.about,
            "tag": str(facts.tag),
            "at": at,
            "data": data,
            "leaf": tree.leaf_hash(data),
        }
        await sql.insert(unit.connection, "ledger_entry", row)
        mark.number = index
    unit.pending = []


async def _previous(unit: db.Unit, about: str) -> int | None:
    rows = await sql.rows(unit.connection, _PREVIOUS, about)
    return int(rows[0]["index"]) if rows else None


async def index_of(token: str) -> int:
    """The index of a committed entry."""
    return int((await LedgerEntry.get(token=token)).index)
