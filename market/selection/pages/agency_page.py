"""An agency's own page: what it may apply for now, and what it has won.

Never what it applied for: the platform does not know.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tortoise.queryset import QuerySet

from market.agencies.queries import NOT_REGISTERED, offers_of
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Refusal
from market.projects import queries as projects
from market.selection.models import Result, Round
from market.selection.publishing.project_need import closed_to
from market.selection.states import RoundState, State
from market.web import pages
from market.web.paging import Cursor, Page, cut, read_cursor
from market.web.panels import Duty, duties
from signing.ways.pools import APPLIED_FOR

LISTED = 100


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
    accepting = await _accepting(offers, call.now).order_by("deadline_at").limit(LISTED)
    codes = {row.project for row in [*accepting, *won]}
    cards = await projects.cards(codes, call.actor, call.now)
    asked = await duties(call, {row.project for row in won})
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


async def open_to_me(request: Request, call: Call) -> Response:
    """``{"agency","rounds":[{"about","base"}],"next"}``: rounds the agency may apply for.

    Its client asks for admission to them all when it signs in, so that asking does not tell which
    one is meant (PROTOCOL.md §5.1). Nobody else has any. ``next`` leads to more of them, or is
    null.
    """
    agency = call.actor.organisation or ""
    page: Page[Round] = Page((), None, None)
    if call.actor.role is Role.AGENCY:
        offers = await offers_of(agency, call.now)
        able = [item for item, hindrance in offers.items() if hindrance is None]
        page = await _by_name(able, call.now, read_cursor(request.query_params.get("page")))
    away = await closed_to(agency, [row.project for row in page.rows]) if page.rows else set()
    rounds = [
        {"about": row.about, "base": f"/api/rounds/{row.project}/{row.attempt}"}
        for row in page.rows
        if row.project not in away
    ]
    following = f"/api/my/rounds?page={page.next}" if page.next else None
    return JSONResponse({"agency": agency, "rounds": rounds, "next": following})


def _accepting(items: Collection[str], now: datetime) -> QuerySet[Round]:
    """The rounds for these items that take applications."""
    rows = Round.filter(state=State.ACCEPTING, pool__in=APPLIED_FOR, deadline_at__gt=now)
    return rows.filter(item__in=list(items))


async def _by_name(items: Collection[str], now: datetime, cursor: Cursor | None) -> Page[Round]:
    downwards = cursor is not None and cursor.backwards
    rows = _accepting(items, now).order_by("-about" if downwards else "about")
    if cursor:
        rows = rows.filter(**{f"about__{'lt' if downwards else 'gt'}": cursor.value})
    return cut(await rows.limit(LISTED + 1), cursor, lambda row: row.about, LISTED)


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
