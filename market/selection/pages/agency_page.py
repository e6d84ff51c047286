"""An agency's own page: what it may apply for now, and what it has won.

Never what it applied for: the platform does not know.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.agencies.queries import NOT_REGISTERED, offers_of
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Refusal
from market.projects import queries as projects
from market.selection.models import Result, Round
from market.selection.publishing.project_need import closed_to
from market.selection.states import RoundState, State
from market.web import pages
from market.web.panels import Duty, duties
from signing.ways.pools import APPLIED_FOR

LISTED = 100
ASKED = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One round on the desk."""

    project: str
    attempt: int
    title: str
    way: str
    state: RoundState
    deadline_at: datetime
    control_price_fen: int | None
    hindrance: Refusal | None
    duty: Duty | None


async def show(request: Request, call: Call) -> Response:
    """The desk of the signed-in agency."""
    agency = call.actor.organisation or ""
    offers = await offers_of(agency, call.now)
    named = Result.filter(winner=agency).order_by("-revealed_at").limit(LISTED)
    won = [result.round for result in await named.select_related("round")]
    accepting = await _accepting(offers, call.now, LISTED)
    codes = {row.project for row in [*accepting, *won]}
    cards = await projects.cards(codes, call.actor, call.now)
    asked = await duties(call.actor, call.now, {row.project for row in won})
    waiting = {duty.project: duty for duty in asked}

    def lines(rows: list[Round]) -> list[Line]:
        barred = [offers.get(row.item, NOT_REGISTERED) for row in rows]
        return [
            _line(row, cards[row.project], why, waiting.get(row.project))
            for row, why in zip(rows, barred, strict=True)
        ]

    may = lines(accepting)
    return pages.render(
        request,
        call,
        "selection/agency.html",
        open_now=[line for line in may if line.hindrance is None],
        closed_to_us=[line for line in may if line.hindrance],
        won=lines(won),
    )


async def open_to_me(_request: Request, call: Call) -> Response:
    """``{"agency","rounds":[{"about","base"}]}``: every round the agency may apply for.

    Its client asks for admission to them all when it signs in, so that asking does not tell which
    one is meant (PROTOCOL.md §5.1). Nobody else has any.
    """
    agency = call.actor.organisation or ""
    rows: list[Round] = []
    if call.actor.role is Role.AGENCY:
        offers = await offers_of(agency, call.now)
        able = [item for item, hindrance in offers.items() if hindrance is None]
        rows = await _accepting(able, call.now, ASKED)
    away = await closed_to(agency, [row.project for row in rows]) if rows else set()
    rounds = [
        {"about": row.about, "base": f"/api/rounds/{row.project}/{row.attempt}"}
        for row in rows
        if row.project not in away
    ]
    return JSONResponse({"agency": agency, "rounds": rounds})


async def _accepting(items: Collection[str], now: datetime, most: int) -> list[Round]:
    """The rounds for these items that take applications, the next deadline first."""
    rows = Round.filter(state=State.ACCEPTING, pool__in=APPLIED_FOR, deadline_at__gt=now)
    return await rows.filter(item__in=list(items)).order_by("deadline_at").limit(most)


def _line(
    row: Round, card: projects.ProjectCard, hindrance: Refusal | None, duty: Duty | None
) -> Line:
    return Line(
        project=row.project,
        attempt=row.attempt,
        title=card.title,
        way=row.way,
        state=row.state,
        deadline_at=row.deadline_at,
        control_price_fen=row.control_price_fen or card.control_price_fen,
        hindrance=hindrance,
        duty=duty,
    )
