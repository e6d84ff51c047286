"""The owner's desk: own projects, a new one, throwing away, taking back, copying."""

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.regions import place
from market.kernel.call import Call
from market.projects import actions
from market.projects.queries import GROUPS, desk
from market.web import pages
from market.web.answers import see_other
from market.web.i18n import negotiate, say
from market.web.paging import read_cursor

NOTICES = ("saved", "discarded", "restored")


async def mine(request: Request, call: Call) -> Response:
    """Own projects by what there is to do."""
    locale = negotiate(request)
    wished = request.query_params.get("tab", "")
    group = wished if wished in GROUPS else "open"
    found = await desk(call, group, read_cursor(request.query_params.get("page")))
    notice, about = next(
        ((name, request.query_params[name]) for name in NOTICES if name in request.query_params),
        (None, ""),
    )
    known = any(row.code == about for row in found.page.rows) or notice == "discarded"
    at = f"/my/projects?tab={group}&page="
    page = found.page
    return pages.render(
        request,
        call,
        "projects/mine.html",
        desk=found,
        tabs=[
            {
                "label": say(locale, f"project.desk.{name}"),
                "href": f"/my/projects?tab={name}",
                "current": name == group,
                "count": count,
            }
            for name, count in found.counts.items()
        ],
        regions={row.region: place(row.region).label(locale) for row in page.rows if row.region},
        notice=notice if known else None,
        about=about[:32],
        previous=f"{at}{page.previous}" if page.previous else None,
        next=f"{at}{page.next}" if page.next else None,
    )


async def before(request: Request, call: Call) -> Response:
    """What one should have at hand, and the button that opens a draft."""
    return pages.render(request, call, "projects/new.html")


async def start(_request: Request, call: Call) -> Response:
    """Open a draft and go to its first step."""
    return _to_first_step(await actions.start(call))


async def discard(request: Request, call: Call) -> Response:
    """Throw away; the next page offers to take it back."""
    code = request.path_params["code"]
    await actions.discard(call, code)
    return see_other(f"/my/projects?discarded={code}")


async def restore(request: Request, call: Call) -> Response:
    """Take back what was thrown away."""
    code = request.path_params["code"]
    await actions.restore(call, code)
    return see_other(f"/my/projects?restored={code}")


async def withdraw(request: Request, call: Call) -> Response:
    """Give a failed project up."""
    await actions.withdraw(call, request.path_params["code"])
    return see_other("/my/projects?tab=ended")


async def copy(request: Request, call: Call) -> Response:
    """A new draft with the same answers."""
    return _to_first_step(await actions.copy(call, request.path_params["code"]))


def _to_first_step(begun: actions.Begun) -> Response:
    return see_other(f"/my/projects/{begun.code}/step/1")
