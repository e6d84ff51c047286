"""Escrows: who stands behind a code that fell away without a name, on a regulator's order only.

The order is signed outside the platform, with a key that the trustees pin (PROTOCOL.md §4, §5.4);
the platform passes it on and takes the shares. What follows from an opened escrow is ``breach``.
"""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.errors import Kind, MarketError
from market.selection.deciding import inputs
from market.selection.models import Admitted, Decision, OpeningOrder, Round
from market.selection.rules import UNNAMED
from signing.draw.pool import position_code


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A code that fell away unnamed: why, its escrow, and how far an order has come."""

    leaf: str
    code: str
    cause: str
    escrow: str
    order: str | None
    reason: str | None
    ordered_at: datetime | None
    given: tuple[str, ...]
    opened_at: datetime | None
    binds: bool | None
    agency: str | None


async def unnamed(round_: Round) -> list[Unnamed]:
    """Every code of the round that fell away without a name, in the order of the moves."""
    decision = await Decision.get_or_none(round_id=round_.about)
    rows = [row for row in decision.moves if row["cause"] in UNNAMED] if decision else []
    if not rows:
        return []
    pool = (await inputs.drawn(round_.about))["pool"]
    places = {item["leaf"]: (n, item["record"]) for n, item in enumerate(pool)}
    orders = {one.leaf: one for one in await OpeningOrder.filter(round_id=round_.about)}
    result = []
    for row in rows:
        position, record = places[row["leaf"]]
        held = await Admitted.get(author=record["author"])
        order = orders.get(row["leaf"])
        result.append(
            Unnamed(
                leaf=row["leaf"],
                code=position_code(position),
                cause=row["cause"],
                escrow=held.escrow,
                order=order.sha256 if order else None,
                reason=order.body["reason"] if order else None,
                ordered_at=order.ordered_at if order else None,
                given=tuple(await inputs.released(round_, "escrow", [held.escrow])),
                opened_at=order.opened_at if order else None,
                binds=order.binds if order else None,
                agency=order.agency if order else None,
            )
        )
    return result


async def must_be_ordered(round_: Round, envelopes: list[str]) -> None:
    """Refuse shares of escrows that nobody ordered open."""
    rows = OpeningOrder.filter(round_id=round_.about, envelope_id__in=envelopes)
    if await rows.count() != len(envelopes):
        raise MarketError("selection.not_ordered", Kind.CONFLICT)
