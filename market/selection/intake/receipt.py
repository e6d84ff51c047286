"""In time or not, and the receipt that says where in the ledger something stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.audit import ledger
from market.audit.platform_keys import statement_key
from market.infra.idempotency import Index, Known
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.rules import must_be_in_time
from market.selection.states import RoundState, State
from signing.core.canonical import instant
from signing.rounds import admission


@dataclass(frozen=True, slots=True)
class Taken:
    """What a receipt is about: the hashes behind an entry, its salt in hex, its instant."""

    envelopes: list[str]
    entry: Index
    salt: str
    at: str


def instant_in_time(call: Call, state: RoundState, deadline_at: datetime) -> datetime:
    """The instant of this transaction; refused at or after the deadline, or outside ACCEPTING."""
    if state is State.PUBLISHED:
        raise MarketError("selection.not_yet_accepting", Kind.CONFLICT)
    if state is not State.ACCEPTING:
        raise MarketError("selection.closed", Kind.CONFLICT)
    at = call.tools.clock()
    must_be_in_time(max(call.now, at), deadline_at)
    return at


def dated(call: Call, at: datetime) -> Call:
    """The same call at ``at``, nobody's retry."""
    return Call(call.actor, at, call.tools)


async def as_kept(envelopes: list[str], salt: str, at: datetime, token: str) -> Taken:
    """What was answered when this came for the first time."""
    return Taken(envelopes, Known(await ledger.index_of(token)), salt, instant(at))


def signed(call: Call, about: str, taken: Taken) -> dict[str, Any]:
    """The receipt over what was ``taken`` (PROTOCOL.md §5)."""
    return admission.receipt(
        statement_key(call.tools),
        about=about,
        envelopes=taken.envelopes,
        index=taken.entry.index,
        salt=bytes.fromhex(taken.salt),
        at=taken.at,
    )
