"""What waits for a regulator: to agree to another attempt, to order an escrow opened."""

from collections.abc import Collection
from datetime import datetime

from market.kernel.actors import Actor, Role
from market.oversight.queries.regions import regions_of
from market.oversight.queries.unnamed import fell_away
from market.projects import queries as projects
from market.projects.policy import why_not_countersign
from market.selection.policy import why_not_order_opening
from market.web.panels import MOST_DUTIES, Duty


async def to_countersign(actor: Actor, _now: datetime, among: Collection[str] | None) -> list[Duty]:
    """Further attempts that owners have asked for, those that have waited longest first."""
    if actor.role is not Role.REGULATOR:
        return []
    rows = await projects.waiting_redos(regions_of(actor), among, MOST_DUTIES)
    return [
        Duty(
            "oversight.duty.countersign",
            row.title,
            f"project.redo.reason.{row.reason}",
            f"/oversight/rounds/{row.project}/{row.failed}/redo",
            project=row.project,
        )
        for row in rows
        if why_not_countersign(actor, row.owner, row.region) is None
    ]


async def to_order_openings(
    actor: Actor, _now: datetime, among: Collection[str] | None
) -> list[Duty]:
    """Codes that fell away unnamed: who stands behind them, only an order tells."""
    if actor.role is not Role.REGULATOR:
        return []
    rows = [
        one.round
        for one in await fell_away(regions_of(actor), MOST_DUTIES, among)
        if not one.ordered and why_not_order_opening(actor, one.round.region) is None
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
