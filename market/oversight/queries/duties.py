"""What waits for a regulator: another attempt, an escrow, a blind audit; and for trustees then."""

from collections.abc import Collection
from typing import Final

from market.kernel.actors import Role
from market.kernel.call import Call
from market.oversight.queries.orders import running_audits, running_openings
from market.oversight.queries.regions import regions_of
from market.oversight.queries.unnamed import fell_away
from market.projects import queries as projects
from market.projects.policy import why_not_countersign
from market.projects.states import MACHINE as PROJECT
from market.projects.states import State as ProjectState
from market.selection.policy import why_not_audit, why_not_order_opening
from market.web.panels import MOST_DUTIES, Duty, DutyKind, Wait, WaitKind


async def to_countersign(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Further attempts that owners have asked for, those that have waited longest first."""
    rows = await projects.waiting_redos(regions_of(call.actor), among, MOST_DUTIES)
    return [
        Duty(
            "oversight.duty.countersign",
            row.title,
            f"project.redo.reason.{row.reason}",
            f"/oversight/rounds/{row.project}/{row.failed}/redo",
            project=row.project,
        )
        for row in rows
        if why_not_countersign(call.actor, row.owner, row.region) is None
    ]


async def to_order_openings(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Codes that fell away unnamed: who stands behind them, only an order tells."""
    rows = [
        one.round
        for one in await fell_away(regions_of(call.actor), MOST_DUTIES, among)
        if not one.ordered and why_not_order_opening(call.actor, one.round.region) is None
    ]
    titles = await projects.titles({row.project for row in rows})
    return [
        Duty(
            "oversight.duty.opening",
            titles[row.project],
            "oversight.duty.opening.why",
            f"/oversight/rounds/{row.project}/{row.attempt}/openings",
            project=row.project,
        )
        for row in rows
    ]


async def to_find(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Blind audits for which enough trustees have sealed their shares: the tool's finding."""
    audits = await running_audits(regions_of(call.actor), MOST_DUTIES, among)
    rows = [
        one.round
        for one in audits
        if one.is_answered
        and why_not_audit(call.actor, one.round.region, one.round.state, one.round.pool) is None
    ]
    titles = await projects.titles({row.project for row in rows})
    return [
        Duty(
            "oversight.duty.finding",
            titles[row.project],
            "oversight.duty.finding.why",
            f"/oversight/rounds/{row.project}/{row.attempt}/audit",
            project=row.project,
        )
        for row in rows
    ]


async def from_trustees(call: Call) -> list[Wait]:
    """Orders that trustees have not obeyed yet: openings, and shares for blind audits."""
    regions = regions_of(call.actor)
    openings = await running_openings(regions, MOST_DUTIES)
    audits = await running_audits(regions, MOST_DUTIES)
    rows = [(row, "openings") for row in openings]
    rows += [(one.round, "audit") for one in audits if not one.is_answered]
    titles = await projects.titles({row.project for row, _ in rows})
    return [
        Wait(
            titles[row.project],
            f"oversight.wait.{page}",
            f"/oversight/rounds/{row.project}/{row.attempt}/{page}",
            ("oversight.trustees",),
            project=row.project,
        )
        for row, page in rows
    ]


_REGULATOR: Final = frozenset({Role.REGULATOR})
DUTIES: Final = (
    DutyKind(
        "oversight.duty.countersign",
        _REGULATOR,
        to_countersign,
        (PROJECT.at(ProjectState.ASKED),),
    ),
    DutyKind("oversight.duty.opening", _REGULATOR, to_order_openings),
    DutyKind("oversight.duty.finding", _REGULATOR, to_find),
)
WAITS: Final = (WaitKind(_REGULATOR, from_trustees),)
