"""What may be taken of a trustee's shares: a trustee may lie, and the round must not pay for it.

Only what was given for the round's freeze, under a tree that the quorum saw with its ground in it,
and of nothing but what is opened for it. Anything else would stand in the ledger for good, and no
dossier of the round would hold (PROTOCOL.md §4, checks 5 and 6 of §8).
"""

from dataclasses import dataclass

from market.audit.models import Checkpoint
from market.kernel.errors import Kind, MarketError
from market.selection.artifacts import paper
from market.selection.blind_audit.audits import identities_of
from market.selection.deciding import inputs
from market.selection.models import BlindAudit, Decision, Freeze, Release, Round
from signing.core.canonical import JsonObject, loads
from signing.ways.pools import POOLS


@dataclass(frozen=True, slots=True)
class Ground:
    """Why shares are given: the index of the entry that they rest on, the envelopes they open."""

    index: int
    envelopes: frozenset[str]


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
    freeze = await Freeze.get_or_none(round_id=round_.about)
    if freeze is None:
        return None
    if what == "application":
        return Ground(freeze.index, frozenset(await inputs.due_at_the_hour(round_)))
    decision = await Decision.get_or_none(round_id=round_.about)
    if what == "identity" and decision is not None:
        return Ground(decision.index, await _ever_taken(round_, decision))
    audit = await BlindAudit.get_or_none(round_id=round_.about) if what == "audit" else None
    if audit is None:
        return None
    index = (await inputs.entry_times([audit.act_id]))[audit.act_id][0]
    return Ground(index, frozenset(await identities_of(round_)))


async def _ever_taken(round_: Round, decision: Decision) -> frozenset[str]:
    """The identities of who is chosen and of all who fell away."""
    if not POOLS[round_.pool].applied_for:
        return frozenset()
    leaves = {decision.chosen, *(row["leaf"] for row in decision.moves)}
    pool = loads(await paper(decision.transcript_sha256))["pool"]
    return frozenset(one["record"]["identity"] for one in pool if one["leaf"] in leaves)
