"""The files from which a regulator signs: prepared here, signed elsewhere, handed in again."""

from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.projects import queries as projects
from market.selection import policy
from market.selection.escrow.unnamed import unnamed
from market.selection.forms import AskOpening
from market.selection.models import Freeze, Round
from market.selection.regulator_keys import order_keys
from signing.core.canonical import instant
from signing.regulator import requests


async def opening(call: Call, row: Round, form: AskOpening) -> bytes:
    """The file for opening one escrow; raises what stands against it."""
    must(policy.why_not_order_opening(call.actor, row.region))
    escrows = {one.escrow: one for one in await unnamed(row)}
    wanted = escrows.get(form.envelope)
    if wanted is None:
        key = "selection.order.envelope"
        raise MarketError(key, Kind.UNPROCESSABLE, fields={"envelope": (key, {})})
    if wanted.order:
        raise MarketError("selection.ordered_already", Kind.CONFLICT)
    return await _request(
        call,
        row,
        requests.OPENING,
        "openings",
        code=wanted.code,
        envelope=wanted.escrow,
        reason=form.reason,
    )


async def audit(call: Call, row: Round) -> bytes:
    """The file for a blind audit; raises what stands against it."""
    must(policy.why_not_audit(call.actor, row.region, row.state, row.pool))
    freeze = (await Freeze.get(round_id=row.about)).sha256
    return await _request(call, row, requests.AUDIT, "audit", freeze=freeze)


async def _request(call: Call, row: Round, kind: str, page: str, **facts: str) -> bytes:
    pinned = [key.hex() for key in order_keys(call.tools.data)]
    if not pinned:
        raise MarketError("selection.no_order_keys", Kind.UNAVAILABLE)
    city = call.tools.city.base_url
    return requests.request(
        kind,
        about=row.about,
        title=(await projects.card(row.project, call.actor, call.now)).title,
        page=f"{city}/oversight/rounds/{row.project}/{row.attempt}/{page}",
        regulators=pinned,
        at=instant(call.now),
        **facts,
    )
