"""The figures of the home page, counted in the database at the moment of asking.

Savings compare the winning price with the control price over the projects that were decided by
price; where there is nothing to compare the figure is None, never a guess.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from tortoise.functions import Sum

from market.agencies.models import Agency
from market.catalogue.models import ServiceItem
from market.catalogue.states import ItemState
from market.projects.models import Project
from market.projects.states import State, Way

LAST_DECIDED = 200


@dataclass(frozen=True, slots=True)
class Numbers:
    """``saving_permille``: of the control prices; ``hours``: mean from publication to choice."""

    agencies: int
    items: int
    chosen: int
    saving_permille: int | None
    hours: int | None


async def numbers() -> Numbers:
    """The figures now."""
    done = Project.filter(state__in=[State.DECIDED, State.CONCLUDED])
    return Numbers(
        agencies=await Agency.all().count(),
        items=await ServiceItem.filter(state=ItemState.OPEN).count(),
        chosen=await done.count(),
        saving_permille=await _saving(),
        hours=await _hours(),
    )


async def _saving() -> int | None:
    rows = (
        await Project.filter(
            state__in=[State.DECIDED, State.CONCLUDED],
            way=Way.PRICE,
            decided_fen__isnull=False,
            control_price_fen__isnull=False,
        )
        .annotate(paid=Sum("decided_fen"), allowed=Sum("control_price_fen"))
        .values("paid", "allowed")
    )
    paid, allowed = (int(rows[0][name] or 0) if rows else 0 for name in ("paid", "allowed"))
    return int((1 - Fraction(paid, allowed)) * 1000) if allowed else None


async def _hours() -> int | None:
    """The mean over the last ``LAST_DECIDED`` choices, in whole hours."""
    rows = (
        await Project.filter(decided_at__isnull=False, published_at__isnull=False)
        .order_by("-decided_at")
        .limit(LAST_DECIDED)
        .values("published_at", "decided_at")
    )
    spans = [row["decided_at"] - row["published_at"] for row in rows]
    return round(sum(spans, timedelta()) / len(spans) / timedelta(hours=1)) if spans else None
