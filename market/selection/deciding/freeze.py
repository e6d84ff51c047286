"""The deadline: freeze what counts, move the hour, or fail, as region and witnesses have it.

The step locks the round and looks again, so that being late, early or twice does no harm.
"""

from asyncio import to_thread
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q

from market.accounts.regions import RegionRules, rules_of
from market.audit import ledger
from market.audit.publish import witnessed_by
from market.infra.db import use_case
from market.kernel.call import Call
from market.selection import stages
from market.selection.artifacts import keep_paper
from market.selection.deciding import inputs
from market.selection.deciding.pools.registry import POOLS
from market.selection.deciding.step import Step
from market.selection.models import Freeze, Round
from market.selection.rules import AtDeadline, Failure, at_deadline
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.core.canonical import instant
from signing.log.checkpoint import COSIGNED_WITHIN
from signing.rounds.facts import Extended, Frozen
from signing.rounds.intake import Rows, sort_out

GRACE = timedelta(minutes=5)


@use_case
async def close(call: Call, about: str) -> None:
    """At the deadline: freeze, extend once, or fail, as the region decided for so few.

    Also extended, as often as it takes, when the witnesses did not see the last applications in
    time: nobody could ever show that these came before the deadline (check 6).
    """
    round_ = await locked(about)
    if round_.state is not State.ACCEPTING or call.now < round_.deadline_at:
        return
    if not await _reports_are_in(call, round_):
        return
    rows = await _rows(round_)
    settings = rules_of(round_.region, call.now)
    if not await _are_witnessed(round_, rows):
        if call.now > round_.deadline_at + COSIGNED_WITHIN:
            await _extend(call, round_, settings, "UNWITNESSED", extended=round_.extended)
        return
    verdict = at_deadline(
        round_.way, round_.pool, len(rows.accepted), extended=round_.extended, rules=settings
    )
    if verdict is AtDeadline.EXTEND:
        await _extend(call, round_, settings, "TOO_FEW", extended=True)
    elif verdict is AtDeadline.FAIL:
        await fail(call, round_, Event.TOO_FEW, Failure.TOO_FEW)
    else:
        await _freeze(call, round_, rows)


async def _extend(
    call: Call, round_: Round, settings: RegionRules, reason: str, *, extended: bool
) -> None:
    start = max(round_.deadline_at, call.now)
    calendar = call.tools.calendar.closing(settings.closed_days)
    later = calendar.add(start, settings.extension_working_days).astimezone(UTC)
    columns = {"deadline_at": later, "extended": extended, "closing_at": None}
    told = Extended(opens_at=instant(later), reason=reason)
    await move(call, round_, Event.EXTENDED, told, **columns)


async def _are_witnessed(round_: Round, rows: Rows) -> bool:
    """Whether the quorum saw every accepted application by the deadline, or a minute after it."""
    last = max((row["index"] for row in rows.accepted), default=-1)
    seen = await witnessed_by(round_.deadline_at + COSIGNED_WITHIN)
    return last < (seen.size if seen else 0)


async def _reports_are_in(call: Call, round_: Round) -> bool:
    """Give the trustees a moment for what came last; the first look at the hour starts it."""
    if await inputs.all_reported(round_, len(call.tools.anchors.trustees)):
        return True
    if round_.closing_at is None:
        await Round.filter(about=round_.about).update(closing_at=call.now)
        return False
    return call.now >= round_.closing_at + GRACE


async def _rows(round_: Round) -> Rows:
    return await to_thread(
        sort_out,
        await inputs.uploads(round_),
        await inputs.withdrawals(round_),
        await inputs.reports(round_),
        k=round_.terms["k"],
        closed_at=instant(round_.deadline_at),
    )


async def _freeze(call: Call, round_: Round, rows: Rows) -> None:
    frozen = await POOLS[round_.pool].freeze(call, round_, rows)
    digest = await keep_paper(round_, "freeze", frozen.data)
    told = Frozen(
        kind=round_.pool,
        sha256=digest,
        root=frozen.root,
        standing_root=frozen.standing_root,
    )

    async def kept(index: int) -> Frozen:
        await Freeze.create(
            round_id=round_.about,
            sha256=digest,
            index=index,
            at=call.now,
            count=frozen.count,
            snapshot_sha256=frozen.snapshot_sha256,
        )
        return told

    await move(call, round_, Event.FROZEN, ledger.Late(Frozen, kept))


def _past_deadline(now: datetime) -> Q:
    return Q(deadline_at__lte=now)


CLOSE = Step(stages.CLOSE, close, among=_past_deadline)
