"""The desk: running rounds, trustees, what waits for a regulator, prices, failures, repeats."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Subquery

from market.accounts.regions import Place, place
from market.audit.models import LedgerHead
from market.kernel.call import Call
from market.oversight.queries.regions import regions_of
from market.oversight.queries.unnamed import FellAway, fell_away
from market.oversight.rules import health
from market.projects import queries as projects
from market.selection import blind, progress
from market.selection.models import Clarification, Round, TrusteeSeen
from market.selection.progress import Progress
from market.selection.states import BEFORE_FREEZE, FINAL, State
from market.selection.waiting import Awaited, awaited

RUNNING = 100
LISTED = 20


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in a list: what it waits for; ``note``: what is remarkable about it."""

    project: str
    attempt: int
    title: str
    place: Place
    way: str
    deadline_at: datetime
    wait: Awaited
    note: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrusteeRow:
    """How a trustee is: ``behind`` is how many entries of the ledger it does not hold yet."""

    id: str
    platform: bool
    health: str
    seen_at: datetime | None
    size: int
    behind: int
    demo_clock: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk of one reader."""

    running: tuple[RoundLine, ...]
    flagged: tuple[RoundLine, ...]
    failed: tuple[RoundLine, ...]
    unnamed: tuple[RoundLine, ...]
    repeated: tuple[RoundLine, ...]
    trustees: tuple[TrusteeRow, ...]
    k: int


async def desk(call: Call) -> Desk:
    """The desk as ``call.actor`` sees it now."""
    lines = _Lines(regions_of(call.actor))
    going_on = await lines.of(Round.exclude(state__in=list(FINAL)), "deadline_at", RUNNING)
    judged = await lines.of(
        Round.filter(about__in=Subquery(Clarification.all().values("round_id")))
    )
    failed = await lines.of(Round.filter(state=State.FAILED))
    unnamed = await fell_away(lines.regions, LISTED)
    repeated = await lines.of(Round.filter(attempt__gt=1))
    without = [one.round for one in unnamed]
    shown = {row.about: row for row in [*going_on, *judged, *failed, *without, *repeated]}
    steps = {one.round.about: one for one in await progress.of_each([*shown.values()])}
    running = [steps[row.about] for row in going_on]
    waiting = await awaited([*steps.values()], call.now)
    decided = [steps[row.about] for row in judged if _may_flag(call, row)]
    titles = await projects.titles({row.project for row in shown.values()})

    def line(one: Progress, **more: Any) -> RoundLine:
        return _line(one, titles, waiting[one.round.about], **more)

    return Desk(
        running=tuple(line(one) for one in running),
        flagged=tuple(line(one, note=_flag_note(one)) for one in decided),
        failed=tuple(line(steps[row.about], note=row.failure) for row in failed),
        unnamed=tuple(line(steps[one.round.about], note=_order_note(one)) for one in unnamed),
        repeated=tuple(line(steps[row.about]) for row in repeated),
        trustees=await trustees(call),
        k=call.tools.anchors.k,
    )


async def trustees(call: Call) -> tuple[TrusteeRow, ...]:
    """How each trustee is, in their order."""
    head = await LedgerHead.get(id=1)
    seen = {row.trustee: row for row in await TrusteeSeen.all()}
    found = []
    for one in call.tools.anchors.trustees:
        row = seen.get(one.id)
        found.append(
            TrusteeRow(
                id=one.id,
                platform=one.platform,
                health=health(row.at if row else None, call.now),
                seen_at=row.at if row else None,
                size=row.size if row else 0,
                behind=max(0, head.size - (row.size if row else 0)),
                demo_clock=bool(row and row.demo_clock),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rounds of some regions."""

    regions: list[str]

    async def of(self, rows: Any, order: str = "-published_at", most: int = LISTED) -> list[Round]:
        found = rows.filter(region__in=self.regions).order_by(order, "about").limit(most)
        return list(await found) if self.regions else []


def _may_flag(call: Call, row: Round) -> bool:
    return "far_below" in blind.visible(call.actor.role, row.state, row.way)


def _flag_note(one: Progress) -> str:
    asked = one.clarification
    if asked and asked.accepted is not None:
        return "kept" if asked.accepted else "refused"
    return "explained" if asked and asked.explanation else "silent"


def _order_note(one: FellAway) -> str:
    return "ordered" if one.ordered else "open"


def _line(one: Progress, titles: dict[str, str], wait: Awaited, **more: Any) -> RoundLine:
    row = one.round
    return RoundLine(
        project=row.project,
        attempt=row.attempt,
        title=titles.get(row.project, row.project),
        place=place(row.region),
        way=row.way,
        deadline_at=row.deadline_at,
        wait=wait,
        at=_last_step(one),
        **more,
    )


def _last_step(one: Progress) -> datetime | None:
    taken = [at for state, at in one.times.items() if at and state not in BEFORE_FREEZE]
    return max(taken, default=None)
