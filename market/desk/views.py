"""The desk, the bell's number, the page of everything that is open, and the help page."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.accounts.queries import choices
from market.accounts.regions import place, rules_of
from market.kernel.call import Call
from market.web import pages, panels


async def show(request: Request, call: Call) -> Response:
    """The desk of who is signed in, in the role that the session acts in."""
    grants = await choices(call.now, person=call.actor.code)
    return pages.render(
        request,
        call,
        "desk/show.html",
        duties=await panels.duties(call),
        waits=await panels.waits(call),
        outcomes=await panels.outcomes(call.actor),
        quick=panels.quick_actions(call.actor.role),
        others=[one for one in grants if one.role is not call.actor.role],
        places=[place(code) for code in call.actor.regions],
    )


async def count(_request: Request, call: Call) -> Response:
    """``{"duties": n, "overdue": n}``: what the bell shows."""
    found = await panels.duties(call)
    overdue = sum(one.due_at is not None and one.due_at <= call.now for one in found)
    return JSONResponse({"duties": len(found), "overdue": overdue})


async def open_data(request: Request, call: Call) -> Response:
    """Where everybody finds figures, open data, the ledger and what verifies it."""
    return pages.render(request, call, "desk/open.html", lines=panels.below(panels.OPEN))


async def guide(request: Request, call: Call) -> Response:
    """What this is, how one applies, how one verifies, whom to ask, what the region decided."""
    city = call.tools.city
    return pages.render(request, call, "desk/help.html", rules=rules_of(city.region, call.now))
