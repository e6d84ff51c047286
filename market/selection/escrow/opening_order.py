"""What the regulator does: order the escrow of a code opened whose name never became known.

The order comes signed; its key is the regulator's, never the platform's (PROTOCOL.md §4).
"""

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.selection import policy
from market.selection.escrow.unnamed import unnamed
from market.selection.forms import SignedOrder
from market.selection.models import OpeningOrder
from market.selection.regulator_keys import order_keys
from market.selection.steps import locked
from signing.core.canonical import dumps
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.rounds.facts import EscrowOrdered
from signing.trustee.orders import must_be_ordered

REASON = range(10, 1001)


@use_case
async def order_opening(call: Call, about: str, form: SignedOrder) -> None:
    """Keep a signed opening order and offer it to the trustees; raises what is wrong with it."""
    round_ = await locked(about)
    must(policy.why_not_order_opening(call.actor, round_.region))
    pinned = order_keys(call.tools.data)
    if not pinned:
        raise MarketError("selection.no_order_keys", Kind.UNAVAILABLE)
    try:
        body = must_be_ordered(pinned, form.body())
    except Refused as refusal:
        raise _wrong(f"selection.order.{_FAULTS.get(refusal.code, 'shape')}") from refusal
    if body["about"] != about:
        raise _wrong("selection.order.about")
    if len(body["reason"].strip()) not in REASON:
        raise _wrong("selection.order.reason")
    wanted = next((one for one in await unnamed(round_) if one.escrow == body["envelope"]), None)
    if wanted is None:
        raise _wrong("selection.order.envelope")
    if wanted.order:
        raise MarketError("selection.ordered_already", Kind.CONFLICT)
    digest = sha256(dumps(body)).hex()
    told = EscrowOrdered(leaf=wanted.leaf, envelope=wanted.escrow, order=digest)
    mark = await ledger.record(call, told, about=about)
    await OpeningOrder.create(
        sha256=digest,
        round_id=about,
        leaf=wanted.leaf,
        envelope_id=wanted.escrow,
        body=body,
        ordered_at=call.now,
        act_id=mark.token,
    )


_FAULTS = {"opening_order": "signature", "secret_key": "secret"}


def _wrong(key: str) -> MarketError:
    return MarketError(key, Kind.UNPROCESSABLE, fields={"order": (key, {})})
