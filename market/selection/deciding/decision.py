"""The decision: everything opened at once, drawn or ranked, and logged, in one transaction."""

from asyncio import to_thread

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection.artifacts import keep_paper, paper
from market.selection.deciding import freeze_documents, inputs, opening
from market.selection.deciding.succession import flag
from market.selection.events import Tag
from market.selection.models import Opened, Round
from market.selection.round_secrets import salt_key
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.core.canonical import loads, unhex
from signing.core.errors import Refused
from signing.draw.pool import Pool
from signing.draw.transcript import transcript
from signing.rounds import ledger_view


@use_case
async def decide(call: Call, about: str) -> None:
    """Open everything at once, draw or rank, log who was taken: one transaction."""
    found = await locked(about)
    if found.state is not State.FROZEN:
        return
    frozen = loads(await paper(found.freeze_sha256))
    rows = await inputs.contributions(found)
    hashes = [row["envelope"] for row in rows]
    if found.pool == "applicants":
        hashes += [row["application"] for row in frozen["accepted"]]
    shares = await inputs.shares_of(hashes)
    if any(len(shares.get(h, {})) < found.terms["k"] for h in hashes):
        return
    envelopes = await inputs.envelopes_of(hashes)
    contents = await to_thread(opening.open_all, envelopes, shares)
    await Opened.bulk_create(
        [Opened(envelope_id=sha, payload=data) for sha, data in contents.payloads.items()]
    )
    opens = contents.opens
    unsealed = {
        "sha256": ledger_view.opening_digest(opens),
        "count": len(opens),
        "unreadable": sum(not ok for ok in opens.values()),
    }
    await ledger.record(call, Tag.UNSEALED, about=about, facts=unsealed)
    try:
        secrets = opening.secrets_in(found.terms["rules"], rows, contents)
    except Refused as refusal:
        role = str(refusal.facts["role"])
        await fail(call, found, Event.NOBODY_FIT, "CONTRIBUTION_BAD", role)
        return
    if found.pool == "applicants":
        result = await to_thread(
            opening.outcome_of_applicants, about, found.terms, frozen, secrets, contents
        )
    else:
        pool = await _pool(call, found)
        result = await to_thread(opening.outcome_of_pool, found.terms, pool, secrets)
    if result.draw.failed:
        await fail(call, found, Event.NOBODY_FIT, "NOBODY_FIT")
        return
    await _log_decision(call, found, result)


async def _log_decision(call: Call, found: Round, result: opening.Outcome) -> None:
    index = await ledger.foresee()
    pieces = transcript(
        result.draw,
        freeze_index=found.freeze_index or 0,
        freeze_sha256=found.freeze_sha256 or "",
        result_index=index,
    )
    written = await to_thread(b"".join, pieces)
    digest = await keep_paper(found, "transcript", written)
    ranked = await keep_paper(found, "ranking", result.ranking) if result.ranking else None
    taken = [leaf.hex() for leaf in result.draw.walk.taken]
    facts = {"transcript": digest, "ranking": ranked, "taken": taken}
    if found.pool == "qualified":
        facts["salt_key"] = salt_key(call.tools, found.about).hex()
    await move(
        call,
        found,
        Event.DECIDED,
        facts,
        decided_index=index,
        decided_at=call.now,
        transcript_sha256=digest,
        ranking_sha256=ranked,
        chosen=taken[0],
        flagged=flag(call, found, result.prices, unhex(taken[0])),
    )
    leaf = result.draw.walk.taken[0]
    await projects.decided(call, found.project, result.prices.get(leaf))


async def _pool(call: Call, found: Round) -> Pool:
    row = await found.papers.filter(name="pool").first()  # type: ignore[attr-defined]  # reverse relation
    return freeze_documents.pool_again(bytes(row.data), salt_key(call.tools, found.about))
