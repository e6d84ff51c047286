"""What has been chosen so far, what it saved and how long it took, counted in the database.

Savings compare the winning price with the control price over the projects that were decided by
price; where there is nothing to compare the figure is None, never a guess.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from market.infra import db, sql
from market.projects.models import Project
from market.projects.states import State
from signing.ways.registry import WAYS

LAST_DECIDED = 200
_CHOSEN: Final = (State.DECIDED, State.CONCLUDED)
_FIGURES: Final = """
SELECT
  count(*) AS chosen,
  sum(CASE WHEN way IN ({priced}) AND control_price_fen IS NOT NULL THEN decided_fen END) AS paid,
  sum(CASE WHEN way IN ({priced}) AND decided_fen IS NOT NULL THEN control_price_fen END) AS allowed
FROM projects_project WHERE state IN ($1, $2)
""".format(priced=", ".join(f"'{way.name}'" for way in WAYS.values() if way.priced))


@dataclass(frozen=True, slots=True)
class Numbers:
    """``saving_permille``: of the control prices; ``hours``: mean from publication to choice."""

    chosen: int
    saving_permille: int | None
    hours: int | None


async def numbers() -> Numbers:
    """The figures now."""
    (row,) = await sql.rows(db.connection(), _FIGURES, *map(str, _CHOSEN))
    paid, allowed = int(row["paid"] or 0), int(row["allowed"] or 0)
    return Numbers(
        chosen=row["chosen"],
        saving_permille=int((1 - Fraction(paid, allowed)) * 1000) if allowed else None,
        hours=await _hours(),
    )


async def _hours() -> int | None:
    """The mean over the last ``LAST_DECIDED`` choices, in whole hours."""
    rows = (
        await Project.filter(state__in=_CHOSEN, decided_at__isnull=False)
        .order_by("-decided_at")
        .limit(LAST_DECIDED)
        .values("published_at", "decided_at")
    )
    spans = [row["decided_at"] - row["published_at"] for row in rows]
    return round(sum(spans, timedelta()) / len(spans) / timedelta(hours=1)) if spans else None
