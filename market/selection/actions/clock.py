"""What time does to a round: accept, close and freeze, decide, move on, conclude.

Every step locks the round and looks again, so that being late, early or twice does no harm. What
computes long does so in a thread: pages are served meanwhile.
"""

from asyncio import to_thread
from datetime import UTC, timedelta
from typing import Any

from market.accounts.regions import RegionRules, rules_of
from market.agencies.queries import candidates
from market.audit import ledger
from market.audit.publish import witnessed_by
from market.documents import steps as documents
from market.infra.db import use_case
from market.kernel.calendar import add_working_days
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection import collected, freezing, opening
from market.selection.events import Tag
from market.selection.models import Opened, Round
from market.selection.moving import flag
from market.selection.needs import avoided
from market.selection.notice import notice_of
from market.selection.papers import keep_paper, paper
from market.selection.publication import salt_key
from market.selection.rules import AtDeadline, at_deadline
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.core.canonical import instant, loads, unhex
from signing.core.errors import Refused
from signing.draw.pool import Pool
from signing.draw.transcript import transcript
from signing.log.checkpoint import COSIGNED_WITHIN
from signing.rounds import freeze, ledger_view
from signing.rounds.intake import Rows, sort_out

GRACE = timedelta(minutes=5)


@use_case
async def accept(call: Call, about: str) -> None:
    """Open the round for applications: everybody has committed to a part of the seed."""
    found = await locked(about)
    if found.state is State.PUBLISHED and await collected.all_contributed(found):
        await move(call, found, Event.ALL_CONTRIBUTED, {})


@use_case
async def give_up(call: Call, about: str) -> None:
    """End a round whose contributors did not all come before the hour."""
    found = await locked(about)
    if found.state is State.PUBLISHED and call.now >= found.opens_at:
        await fail(call, found, Event.NOT_CONTRIBUTED, "NOT_CONTRIBUTED")


@use_case
async def close(call: Call, about: str) -> None:
    """At the deadline: freeze, extend once, or fail, as the region decided for so few.

    Also extended, as often as it takes, when the witnesses did not see the last applications in
    time: nobody could ever show that these came before the deadline (check 6).
    """
    found = await locked(about)
    if found.state is not State.ACCEPTING or call.now < found.deadline_at:
        return
    if not await _reports_are_in(call, found):
        return
    rows = await _rows(found)
    settings = rules_of(found.region, call.now)
    if not await _are_witnessed(call, found, rows):
        if call.now > found.deadline_at + COSIGNED_WITHIN:
            await _extend(call, found, settings, "UNWITNESSED", extended=found.extended)
        return
    verdict = at_deadline(
        found.way, found.pool, len(rows.accepted), extended=found.extended, rules=settings
    )
    if verdict is AtDeadline.EXTEND:
        await _extend(call, found, settings, "TOO_FEW", extended=True)
    elif verdict is AtDeadline.FAIL:
        await fail(call, found, Event.TOO_FEW, "TOO_FEW")
    elif found.pool == "qualified":
        await _freeze_qualified(call, found)
    else:
        await _freeze_applicants(call, found, rows)


async def _extend(
    call: Call, found: Round, settings: RegionRules, reason: str, *, extended: bool
) -> None:
    start = max(found.deadline_at, call.now)
    later = add_working_days(start, settings.extension_working_days).astimezone(UTC)
    facts = {"opens_at": instant(later), "reason": reason}
    columns = {"deadline_at": later, "extended": extended, "closing_at": None}
    await move(call, found, Event.EXTENDED, facts, **columns)


async def _are_witnessed(call: Call, found: Round, rows: Rows) -> bool:
    """Whether the quorum saw every accepted application by the deadline, or a minute after it."""
    last = max((row["index"] for row in rows.accepted), default=-1)
    seen = await witnessed_by(call.tools, found.deadline_at + COSIGNED_WITHIN)
    return last < (seen.size if seen else 0)


async def _reports_are_in(call: Call, found: Round) -> bool:
    """Give the trustees a moment for what came last; the first look at the hour starts it."""
    if await collected.all_reported(found, len(call.tools.anchors.trustees)):
        return True
    if found.closing_at is None:
        await Round.filter(about=found.about).update(closing_at=call.now)
        return False
    return call.now >= found.closing_at + GRACE


async def _rows(found: Round) -> Rows:
    return sort_out(
        await collected.uploads(found),
        await collected.withdrawals(found),
        await collected.reports(found),
        k=found.terms["k"],
        closed_at=instant(found.deadline_at),
    )


async def _freeze_applicants(call: Call, found: Round, rows: Rows) -> None:
    everybody = await candidates(found.item, call.now)
    standing = freezing.snapshot(call.tools, found, everybody, await avoided(found.project))
    data = freeze.applicants(found.about, instant(found.deadline_at), rows, standing.root)
    snapshot = await keep_paper(found, "snapshot", standing.private)
    facts = {"root": loads(data)["envelopes_root"], "standing_root": standing.root.hex()}
    await _freeze(call, found, data, facts, count=len(rows.accepted), snapshot_sha256=snapshot)


async def _freeze_qualified(call: Call, found: Round) -> None:
    everybody = await candidates(found.item, call.now)
    away = await avoided(found.project)
    made = await to_thread(freezing.qualified_pool, call.tools, found, everybody, away)
    data = b"".join(freeze.pool("qualified", found.about, made.pool.leaves, made.pool.root))
    await keep_paper(found, "pool", made.private)
    facts = {"root": made.pool.root.hex(), "standing_root": None}
    await _freeze(call, found, data, facts, count=sum(1 for _ in made.pool.of_stratum("all")))


async def _freeze(
    call: Call, found: Round, data: bytes, roots: dict[str, str | None], **columns: Any
) -> None:
    digest = await keep_paper(found, "freeze", data)
    await move(
        call,
        found,
        Event.FROZEN,
        {"kind": found.pool, "sha256": digest, **roots},
        freeze_index=await ledger.foresee(),
        freeze_sha256=digest,
        frozen_at=call.now,
        **columns,
    )


@use_case
async def decide(call: Call, about: str) -> None:
    """Open everything at once, draw or rank, log who was taken: one transaction."""
    found = await locked(about)
    if found.state is not State.FROZEN:
        return
    frozen = loads(await paper(found.freeze_sha256))
    rows = await collected.contributions(found)
    hashes = [row["envelope"] for row in rows]
    if found.pool == "applicants":
        hashes += [row["application"] for row in frozen["accepted"]]
    shares = await collected.shares_of(hashes)
    if any(len(shares.get(h, {})) < found.terms["k"] for h in hashes):
        return
    envelopes = await collected.envelopes_of(hashes)
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
    return freezing.pool_again(bytes(row.data), salt_key(call.tools, found.about))


@use_case
async def conclude(call: Call, about: str) -> None:
    """The publicity period is over: order the notice."""
    found = await locked(about)
    if found.state is not State.REVEALED or not found.publicity_until:
        return
    if call.now < found.publicity_until or (found.flagged and not found.explanation_accepted):
        return
    await move(call, found, Event.CONCLUDED, {"winner": found.winner}, concluded_at=call.now)
    await documents.order(call, "notice", about, await notice_of(call, found))
    await projects.concluded(call, found.project)
