"""What an opened escrow says, and the breach that follows from it (PROTOCOL.md §5.4).

Here a code becomes a name because a regulator ordered it.
"""

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.selection.deciding import inputs, opening
from market.selection.deciding.names import known_agency
from market.selection.models import Decision, Opened, OpeningOrder, Round
from market.selection.steps import locked
from signing.core.canonical import JsonObject, loads
from signing.core.errors import Refused
from signing.rounds import admission
from signing.rounds.facts import Breached, EscrowOpened


async def is_obeyed(order: OpeningOrder) -> bool:
    """Whether enough trustees gave their shares; asked without a lock."""
    needed: int = (await Round.get(about=order.round_id)).terms["k"]
    shares = await inputs.shares_of([order.envelope_id])
    return len(shares.get(order.envelope_id, {})) >= needed


@use_case
async def open_escrow(call: Call, about: str, order: str) -> None:
    """Open the escrow of one order once k trustees gave their shares; log what it shows."""
    round_ = await locked(about)
    row = await OpeningOrder.get(sha256=order, round_id=about)
    if row.opened_at is not None or not await is_obeyed(row):
        return
    shares = (await inputs.shares_of([row.envelope_id]))[row.envelope_id]
    envelopes = await inputs.envelopes_of([row.envelope_id])
    payload = opening.open_all(envelopes, {row.envelope_id: shares}).payloads[row.envelope_id]
    await Opened.create(envelope_id=row.envelope_id, payload=payload)
    said = _bound(payload, await _admission(round_, row.leaf))
    told = EscrowOpened(
        leaf=row.leaf,
        envelope=row.envelope_id,
        order=row.sha256,
        opens=payload is not None,
        binds=said is not None,
    )
    mark = await ledger.record(call, told, about=about)
    await OpeningOrder.filter(sha256=order).update(
        opened_at=call.now,
        binds=said is not None,
        agency=said["agency"] if said else None,
        act_id=mark.token,
    )
    if said:
        await ledger.record(call, await _breach(round_, row, said), about=about)


async def _admission(round_: Round, leaf: str) -> JsonObject:
    """The admission under which this leaf was applied; its signature was checked at the opening."""
    pool = (await inputs.drawn(round_.about))["pool"]
    record = next(item["record"] for item in pool if item["leaf"] == leaf)
    opened = await Opened.get(envelope_id=record["application"])
    body: JsonObject = loads(bytes(opened.payload))["admission"]
    return body


def _bound(payload: bytes | None, admitted: JsonObject) -> JsonObject | None:
    try:
        return None if payload is None else admission.read_escrow(payload, admitted)
    except Refused:
        return None


async def _breach(round_: Round, row: OpeningOrder, said: JsonObject) -> Breached:
    """Leaf, cause, and agency with the salt of its commitment, to be held against the admission."""
    known = await known_agency(said["agency"])
    decision = await Decision.get(round_id=round_.about)
    return Breached(
        leaf=row.leaf,
        cause=next(move["cause"] for move in decision.moves if move["leaf"] == row.leaf),
        order=row.sha256,
        author=said["author"],
        agency={
            "code": said["agency"],
            "name": known["name"] if known else None,
            "credit_code": known["credit_code"] if known else None,
        },
        agency_salt=said["salt"],
    )
