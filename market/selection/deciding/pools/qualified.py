"""Everybody who qualifies: one record a registered agency, those left out with a code (§6.3)."""

from asyncio import to_thread
from collections.abc import Sequence

from market.agencies.queries import candidates
from market.kernel.call import Call, Tools
from market.kernel.errors import not_found
from market.selection.artifacts import keep_paper, paper_of
from market.selection.deciding import freeze_documents
from market.selection.deciding.names import known_agency
from market.selection.deciding.opening import Contents
from market.selection.deciding.pools.pool import Frozen, Named, PoolSteps
from market.selection.models import Round
from market.selection.publishing.project_need import avoided
from market.selection.round_secrets import salt_key
from signing.core.canonical import JsonObject
from signing.draw.pool import Pool
from signing.rounds import freeze
from signing.rounds.intake import Rows
from signing.ways.applications import Judged


async def _freeze(call: Call, round_: Round, _rows: Rows) -> Frozen:
    everybody = await candidates(round_.item, call.now)
    away = await avoided(round_.project)
    made = await to_thread(freeze_documents.qualified_pool, call.tools, round_, everybody, away)
    await keep_paper(round_, "pool", made.private)
    return await to_thread(_frozen, round_, made.pool)


def _frozen(round_: Round, pool: Pool) -> Frozen:
    return Frozen(
        b"".join(freeze.pool(round_.pool, round_.about, pool.leaves, pool.root)),
        root=pool.root.hex(),
        standing_root=None,
        count=sum(1 for _ in pool.of_stratum("all")),
    )


async def _accepted(_round: Round) -> Sequence[JsonObject]:
    return ()  # nobody applies, and a list of everybody qualified can be very long


async def _judge(call: Call, round_: Round, _contents: Contents) -> Judged:
    private = await paper_of(round_, "pool")
    pool = await to_thread(freeze_documents.pool_again, private, salt_key(call.tools, round_.about))
    return Judged(pool, {})


def _salts(tools: Tools, round_: Round) -> dict[str, str]:
    return {"salt_key": salt_key(tools, round_.about).hex()}


async def _identify(call: Call, round_: Round, record: JsonObject) -> Named:
    private = await paper_of(round_, "pool")
    code = await to_thread(freeze_documents.agency_behind, private, record["id"])
    agency = await known_agency(code)
    if agency is None:
        raise not_found("agency")
    salt = freeze_documents.agency_salt(salt_key(call.tools, round_.about), code)
    return Named(agency, salt.hex())


QUALIFIED = PoolSteps(
    freeze=_freeze, accepted=_accepted, judge=_judge, shown=_salts, identify=_identify
)
