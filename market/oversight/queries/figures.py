"""The public figures: selections by month, way and county, counted from the rounds themselves.

A selection is a round that was decided and has not failed since. Figures of the current month are
compared with the whole month before, which the page says.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.infra import db, sql
from market.oversight.rules import last_months, span_of
from market.selection import progress
from market.selection.models import Round
from market.selection.progress import Progress
from market.selection.states import AFTER_DECISION, AFTER_REVEAL, State
from market.selection.ways.registry import WAYS

BATCH = 200
_SELECTED: Final = (
    "SELECT {month} AS month, r.way, r.region, count(*) AS count FROM selection_decision d"
    " JOIN selection_round r ON r.about = d.round_id"
    " WHERE d.at >= $1 AND r.state IN ({states}) GROUP BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """``by_way``: way → one figure a month; ``counties``: division → selections this year."""

    months: tuple[str, ...]
    by_way: dict[str, tuple[int, ...]]
    counties: dict[str, int]
    this_month: int
    last_month: int
    year: int
    failed: int


@dataclass(frozen=True, slots=True)
class Selection:
    """One selection as open data; all of it is public once the winner is named."""

    project: str
    attempt: int
    way: str
    pool: str
    region: str
    item: str
    published_at: datetime
    deadline_at: datetime
    decided_at: datetime | None
    revealed_at: datetime | None
    control_price_fen: int | None
    price_fen: int | None
    winner: str | None
    winner_name: str | None
    moves: int
    state: str


async def figures(now: datetime) -> Figures:
    """The figures at ``now``."""
    months = last_months(now)
    cells, each, counties = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for row in await _selected(span_of(months[0])[0]):
        cells[row["month"], row["way"]] += row["count"]
        each[row["month"]] += row["count"]
        counties[row["region"]] += row["count"]
    return Figures(
        months=months,
        by_way={way: tuple(cells[at, way] for at in months) for way in WAYS},
        counties=dict(counties),
        this_month=each[months[-1]],
        last_month=each[months[-2]],
        year=each.total(),
        failed=await Round.filter(state=State.FAILED).count(),
    )


async def _selected(since: datetime) -> list[sql.Row]:
    """How many selections were decided in each month, by way and region."""
    client, states = db.connection(), [str(state) for state in AFTER_DECISION]
    month = sql.month(client, "d.at")
    statement = _SELECTED.format(month=month, states=sql.among(states, 2))
    return await sql.rows(client, statement, since, *states)


async def selections() -> AsyncIterator[list[Selection]]:
    """Every selection whose winner is named, in batches by name of the round."""
    after = ""
    while True:
        rows = (
            await Round.filter(state__in=list(AFTER_REVEAL), about__gt=after)
            .order_by("about")
            .limit(BATCH)
        )
        if not rows:
            return
        yield [_selection(one) for one in await progress.of_each(rows)]
        after = rows[-1].about


def _selection(one: Progress) -> Selection:
    row, decision, result = one.round, one.decision, one.result
    return Selection(
        project=row.project,
        attempt=row.attempt,
        way=row.way,
        pool=row.pool,
        region=row.region,
        item=row.item,
        published_at=row.published_at,
        deadline_at=row.deadline_at,
        decided_at=decision.at if decision else None,
        revealed_at=result.revealed_at if result else None,
        control_price_fen=row.control_price_fen,
        price_fen=result.price_fen if result else None,
        winner=result.winner if result else None,
        winner_name=result.winner_name if result else None,
        moves=len(decision.moves) if decision else 0,
        state=str(row.state),
    )
