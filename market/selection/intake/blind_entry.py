"""A blind entry: nothing in it tells which round or who (PROTOCOL.md §3)."""

from datetime import datetime

from market.audit import ledger
from market.kernel.call import Call
from market.selection.rules import must_be_in_time
from signing.rounds.admission import blind_commit
from signing.rounds.facts import Sealed


async def record(
    call: Call, salt: bytes, about: str, envelopes: list[str], deadline: datetime | None = None
) -> ledger.Mark:
    """Promise the entry of these envelopes; its own time must lie before ``deadline``."""

    def accept(at: datetime) -> None:
        if deadline is not None:
            must_be_in_time(at, deadline)

    told = Sealed(commit=blind_commit(salt, about, envelopes))
    return await ledger.record(
        call, told, about=Sealed.tag, by=Sealed.tag, chained=False, accept=accept
    )
