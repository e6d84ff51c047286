"""The pages of opening orders, and the page without a network on which orders are signed."""

from starlette.requests import Request
from starlette.responses import Response

from market.kernel.call import Call
from market.oversight.handed_in import handed_in
from market.oversight.queries import requests, rounds
from market.projects import queries as projects
from market.selection.address import about
from market.selection.escrow import opening_order
from market.selection.escrow.unnamed import unnamed
from market.selection.forms import AskOpening, SignedOrder
from market.selection.policy import why_not_order_opening
from market.selection.regulator_keys import order_keys
from market.web import pages
from market.web.answers import see_other
from market.web.files import to_save
from market.web.forms import read_form
from market.web.i18n import negotiate
from market.web.refused_form import Filled, comes_back
from market.web.standalone import standalone

FILE = 8_000


async def show_openings(request: Request, call: Call) -> Response:
    """The codes that fell away unnamed, and how an order is signed and handed in."""
    return await _openings(request, call, Filled())


async def _openings(request: Request, call: Call, filled: Filled) -> Response:
    name = about(request)
    row = await rounds.overseen(name, call.actor)
    return pages.render(
        request,
        call,
        "oversight/openings.html",
        status=filled.status,
        about=name,
        project=await projects.card(row.project, call.actor, call.now),
        attempt=row.attempt,
        rows=await unnamed(row),
        trustees=[t.id for t in call.tools.anchors.trustees],
        k=row.terms["k"],
        keys=[key.hex() for key in order_keys(call.tools.data)],
        may_order=why_not_order_opening(call.actor, row.region) is None,
        is_demo=call.tools.city.demo,
        values=filled.values,
        errors=filled.errors,
    )


@comes_back(_openings, "order")
async def order_opening(request: Request, call: Call) -> Response:
    """Hand in a signed opening order, as a file or as its text."""
    form = SignedOrder(order=await handed_in(request, "order", FILE))
    await opening_order.order_opening(call, about(request), form)
    return see_other(request.scope["path"])


@comes_back(_openings, "envelope")
async def request_opening(request: Request, call: Call) -> Response:
    """The file from which the order is signed."""
    row = await rounds.overseen(about(request), call.actor)
    form = await read_form(request, AskOpening)
    name = f"opening-{row.project}-{row.attempt}.json"
    return to_save(await requests.opening(call, row, form), name)


async def offline_page(request: Request, _call: Call) -> Response:
    """One HTML file that signs prepared orders without a network."""
    html = standalone(negotiate(request), "oversight/offline_order.html")
    return to_save(html, "mingxuan-order.html", "text/html; charset=utf-8")
