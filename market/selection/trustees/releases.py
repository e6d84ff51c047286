"""What may be taken of a trustee's shares: a trustee may lie, and the round must not pay for it.

Only what was given for the round's freeze, under a tree that the quorum saw with its ground in it,
and of nothing but what is opened for it. Anything else would stand in the ledger for good, and no
dossier of the round would hold (PROTOCOL.md §4, checks 5 and 6 of §8).
"""

from market.audit.models import Checkpoint
from market.kernel.errors import Kind, MarketError
from market.selection.blind_audit.audits import identities_of
from market.selection.deciding import inputs
from market.selection.deciding.released import Ground, ground_of
from market.selection.models import BlindAudit, Freeze, Release, Round
from signing.core.canonical import JsonObject
from signing.ways.registry import releases_of


async def must_be_due(round_: Round, body: JsonObject) -> None:
    """Refuse a release too early, for another freeze, without its tree, or of what stays shut."""
    ground = await _ground(round_, str(body["what"]))
    if ground is None:
        raise MarketError("selection.released_early", Kind.UNPROCESSABLE)
    size = body["tree_size"] or 0
    seen = size > ground.index and await Checkpoint.exists(size=size, witnessed=True)
    freeze = await Freeze.get(round_id=round_.about)
    if body["freeze_index"] != freeze.index or not seen:
        raise MarketError("selection.released_otherwise", Kind.UNPROCESSABLE)
    if not ground.envelopes.issuperset(body["envelopes"]):
        raise MarketError("selection.stays_shut", Kind.UNPROCESSABLE)


async def is_known(round_: Round, body: JsonObject) -> bool:
    """Whether the trustee has said all of this before, be it in other words: the first stand."""
    rows = Release.filter(round_id=round_.about, trustee=body["trustee"], kind=body["what"])
    before = await rows.values_list("body", flat=True)
    given = {sha for one in before for sha in one["envelopes"]}  # type: ignore[call-overload]  # a JSON column
    return bool(before) and given.issuperset(body["envelopes"])


async def _ground(round_: Round, what: str) -> Ground | None:
    """None while nothing of the kind is due."""
    release = next((one for one in releases_of(round_.terms) if one.kind == what), None)
    if release is not None:
        return await ground_of(round_, release)
    audit = await BlindAudit.get_or_none(round_id=round_.about) if what == "audit" else None
    if audit is None:
        return None
    index = (await inputs.entry_times([audit.act_id]))[audit.act_id][0]
    return Ground(index, frozenset(await identities_of(round_)))
