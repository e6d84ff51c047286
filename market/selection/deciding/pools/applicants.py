"""Those who applied: a list of envelopes, and where every registered agency stood (§5.3, §6.3)."""

from asyncio import to_thread
from collections.abc import Sequence

from market.agencies.queries import candidates
from market.kernel.call import Call, Tools
from market.selection.artifacts import keep_paper
from market.selection.deciding import freeze_documents, inputs
from market.selection.deciding.opening import Contents
from market.selection.deciding.pools.identification import identify
from market.selection.deciding.pools.pool import Frozen, PoolSteps
from market.selection.models import Round
from market.selection.publishing.project_need import avoided
from signing.core.canonical import JsonObject, instant, loads
from signing.rounds import freeze
from signing.rounds.intake import Rows
from signing.ways.applications import Judged, judged
from signing.ways.registry import WAYS


async def _freeze(call: Call, round_: Round, rows: Rows) -> Frozen:
    everybody = await candidates(round_.item, call.now)
    away = await avoided(round_.project)
    standing = await to_thread(freeze_documents.snapshot, call.tools, round_, everybody, away)
    snapshot = await keep_paper(round_, "snapshot", standing.private)
    return await to_thread(_frozen, round_, rows, standing.root, snapshot)


def _frozen(round_: Round, rows: Rows, standing_root: bytes, snapshot: str) -> Frozen:
    kinds, closed = WAYS[round_.way].envelopes, instant(round_.deadline_at)
    data = freeze.applicants(round_.about, closed, rows, standing_root, kinds)
    return Frozen(
        data,
        root=loads(data)["envelopes_root"],
        standing_root=standing_root.hex(),
        count=len(rows.accepted),
        snapshot_sha256=snapshot,
    )


async def _accepted(round_: Round) -> Sequence[JsonObject]:
    rows: Sequence[JsonObject] = (await inputs.frozen(round_.about))["accepted"]
    return rows


async def _judge(_call: Call, round_: Round, contents: Contents) -> Judged:
    frozen = await inputs.frozen(round_.about)
    return await to_thread(judged, round_.terms, frozen, contents.payloads)


def _nothing(_tools: Tools, _round: Round) -> dict[str, str]:
    return {}


APPLICANTS = PoolSteps(
    freeze=_freeze, accepted=_accepted, judge=_judge, shown=_nothing, identify=identify
)
