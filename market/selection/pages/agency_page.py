"""An agency's own page: what it may apply for now, and what it has won.

Never what it applied for: the platform does not know.
"""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.agencies.queries import why_not_offer
from market.agencies.rules import Reason
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Refusal
from market.projects import queries as projects
from market.selection.models import Round
from market.selection.publishing.project_need import avoided
from market.selection.states import State
from market.web import pages

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One round on the desk."""

    project: str
    attempt: int
    title: str
    way: str
    state: State
    deadline_at: datetime
    control_price_fen: int | None
    hindrance: Refusal | None
    explain: bool


async def show(request: Request, call: Call) -> Response:
    """The desk of the signed-in agency."""
    agency = call.actor.organisation or ""
    won = (
        await Round.filter(winner=agency, state__in=[State.REVEALED, State.CONCLUDED])
        .order_by("-revealed_at")
        .limit(MOST)
    )
    may = [await _line(call, row, agency) for row in await _accepting(call)]
    return pages.render(
        request,
        call,
        "selection/agency.html",
        open_now=[line for line in may if line.hindrance is None],
        closed_to_us=[
            line for line in may if line.hindrance and line.hindrance.key != Reason.NOT_REGISTERED
        ],
        won=[await _line(call, row, agency) for row in won],
    )


async def open_to_me(_request: Request, call: Call) -> Response:
    """``{"agency","rounds":[{"about","base"}]}``: every round the agency may apply for.

    Its client asks for admission to them all when it signs in, so that asking does not tell which
    one is meant (PROTOCOL.md §5.1). Nobody else has any.
    """
    agency = call.actor.organisation or ""
    rows = await _accepting(call) if call.actor.role is Role.AGENCY else []
    rounds = [
        {"about": row.about, "base": f"/api/rounds/{row.project}/{row.attempt}"}
        for row in rows
        if await why_not_offer(agency, row.item, call.now) is None
        and agency not in await avoided(row.project)
    ]
    return JSONResponse({"agency": agency, "rounds": rounds})


async def _accepting(call: Call) -> list[Round]:
    return (
        await Round.filter(state=State.ACCEPTING, pool="applicants", deadline_at__gt=call.now)
        .order_by("deadline_at")
        .limit(MOST)
    )


async def _line(call: Call, row: Round, agency: str) -> Line:
    card = await projects.card(row.project, call.actor, call.now)
    return Line(
        project=row.project,
        attempt=row.attempt,
        title=card.title,
        way=row.way,
        state=row.state,
        deadline_at=row.deadline_at,
        control_price_fen=row.control_price_fen or card.control_price_fen,
        hindrance=await why_not_offer(agency, row.item, call.now),
        explain=bool(row.flagged) and row.state is State.REVEALED and not row.explanation,
    )
