"""The deadline: freeze what counts, move the hour, or fail, as region and witnesses have it.

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
from market.infra.db import use_case
from market.kernel.calendar import add_working_days
from market.kernel.call import Call
from market.selection.artifacts import keep_paper
from market.selection.deciding import freeze_documents, inputs
from market.selection.models import Round
from market.selection.publishing.project_need import avoided
from market.selection.rules import AtDeadline, at_deadline
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.core.canonical import instant, loads
from signing.log.checkpoint import COSIGNED_WITHIN
from signing.rounds import freeze
from signing.rounds.intake import Rows, sort_out

GRACE = timedelta(minutes=5)


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
    if await inputs.all_reported(found, len(call.tools.anchors.trustees)):
        return True
    if found.closing_at is None:
        await Round.filter(about=found.about).update(closing_at=call.now)
        return False
    return call.now >= found.closing_at + GRACE


async def _rows(found: Round) -> Rows:
    return sort_out(
        await inputs.uploads(found),
        await inputs.withdrawals(found),
        await inputs.reports(found),
        k=found.terms["k"],
        closed_at=instant(found.deadline_at),
    )


async def _freeze_applicants(call: Call, found: Round, rows: Rows) -> None:
    everybody = await candidates(found.item, call.now)
    standing = freeze_documents.snapshot(call.tools, found, everybody, await avoided(found.project))
    data = freeze.applicants(found.about, instant(found.deadline_at), rows, standing.root)
    snapshot = await keep_paper(found, "snapshot", standing.private)
    facts = {"root": loads(data)["envelopes_root"], "standing_root": standing.root.hex()}
    await _freeze(call, found, data, facts, count=len(rows.accepted), snapshot_sha256=snapshot)


async def _freeze_qualified(call: Call, found: Round) -> None:
    everybody = await candidates(found.item, call.now)
    away = await avoided(found.project)
    made = await to_thread(freeze_documents.qualified_pool, call.tools, found, everybody, away)
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
