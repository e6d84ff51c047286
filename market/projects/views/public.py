"""The home page and the public list, with its feeds and exports. All of it reads only."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.regions import places
from market.kernel.call import Call
from market.projects import exports, feeds
from market.projects.queries import Listing, ProjectCard, Wish, listing, stream, wish_of
from market.projects.states import Stage, Way
from market.web import pages, panels
from market.web.i18n import negotiate, say
from market.web.paging import read_cursor
from market.web.panels import Scope

FEED_LENGTH: Final = 50
CALENDAR_LENGTH: Final = 500
HOME_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter as the panel shows it."""

    value: str
    label: str
    count: int


async def home(request: Request, call: Call) -> Response:
    """What this is, true figures, the ways, and what runs now."""
    locale = negotiate(request)
    wish = wish_of({"state": [Stage.ACCEPTING], "sort": ["deadline"]})
    found = await listing(wish, call.actor, call.now, None)
    busiest = sorted(found.items, key=lambda i: -found.counts["item"].get(i.code, 0))[:4]
    return pages.render(
        request,
        call,
        "projects/home.html",
        figures=await panels.figures(Scope.HOME, call.now),
        wish=wish,
        listing=found,
        rows=found.page.rows[:HOME_ROWS],
        busiest=[(i.text("name", locale), Wish(items=(i.code,)).url("/projects")) for i in busiest],
        options=_options(found, locale),
        place_count=len(places()) - 1,
    )


async def projects(request: Request, call: Call) -> Response:
    """The list; the filters, the sorting and the page are in the address."""
    locale = negotiate(request)
    wish = _wish(request)
    cursor = read_cursor(request.query_params.get("page"))
    found = await listing(wish, call.actor, call.now, cursor)
    page = found.page
    return pages.render(
        request,
        call,
        "projects/list.html",
        wish=wish,
        listing=found,
        rows=page.rows,
        options=_options(found, locale),
        sorts=[
            {"label": say(locale, f"project.sort.{s}"), "href": wish.url("/projects", sort=s)}
            | {"current": s == wish.sort}
            for s in ("newest", "deadline", "price")
        ],
        previous=wish.url("/projects", page=str(page.previous)) if page.previous else None,
        next=wish.url("/projects", page=str(page.next)) if page.next else None,
        errors={"ceiling": say(locale, wish.ceiling_error)} if wish.ceiling_error else {},
        take_away=[
            {"label": label, "href": wish.url(f"/projects.{kind}")}
            for kind, label in (
                ("xlsx", "Excel"),
                ("csv", "CSV"),
                ("atom", "Atom"),
                ("ics", "iCal"),
            )
        ],
    )


async def atom(request: Request, call: Call) -> Response:
    """The newest of what was wished for as an Atom feed (RFC 4287): a saved search."""
    found = await _first(request, call, FEED_LENGTH)
    return feeds.atom(negotiate(request), call.tools.city, _wish(request), found)


async def calendar(request: Request, call: Call) -> Response:
    """The ends of sign-up of what was wished for as a calendar (RFC 5545)."""
    found = await _first(request, call, CALENDAR_LENGTH)
    return feeds.calendar(negotiate(request), call.tools.city, found)


async def csv(request: Request, call: Call) -> Response:
    """The whole list as CSV."""
    return await exports.take_away("csv", negotiate(request), _wish(request), call)


async def xlsx(request: Request, call: Call) -> Response:
    """The whole list as an Excel sheet."""
    return await exports.take_away("xlsx", negotiate(request), _wish(request), call)


def _wish(request: Request) -> Wish:
    params = request.query_params
    return wish_of({name: params.getlist(name) for name in params})


async def _first(request: Request, call: Call, limit: int) -> list[ProjectCard]:
    found: list[ProjectCard] = []
    async for batch in stream(_wish(request), call.actor, call.now):
        found += batch
        if len(found) >= limit:
            break
    return found[:limit]


def _options(found: Listing, locale: str) -> dict[str, Any]:
    """The filter panel's groups; values that nothing has are left out unless they are chosen."""
    wish = found.wish
    every = {
        "way": [(str(w), say(locale, f"project.way.{w}"), wish.ways) for w in Way],
        "region": [(p.code, p.label(locale), wish.regions) for p in places()],
        "item": [(i.code, i.text("name", locale), wish.items) for i in found.items],
        "state": [(str(s), say(locale, f"project.stage.{s}"), wish.stages) for s in Stage],
    }
    return {
        group: [
            Option(value, label, found.counts[group].get(value, 0))
            for value, label, chosen in options
            if found.counts[group].get(value) or value in chosen or group == "way"
        ]
        for group, options in every.items()
    }
