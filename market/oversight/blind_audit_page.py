"""The pages of a blind audit: how far it is, what to run, handing in, the file for the tool."""

from starlette.requests import Request
from starlette.responses import Response

from market.kernel.call import Call
from market.oversight.handed_in import handed_in
from market.oversight.queries import requests, rounds
from market.projects import queries as projects
from market.selection import policy
from market.selection.address import about
from market.selection.blind_audit import hand_in
from market.selection.blind_audit.audits import audit_of, bundle_of
from market.selection.forms import SignedAudit
from market.selection.models import Freeze
from market.selection.regulator_keys import order_keys
from market.web import pages
from market.web.answers import see_other
from market.web.files import to_save
from market.web.refused_form import Filled, comes_back
from signing.core.canonical import dumps

FILE = 400_000


async def show_audit(request: Request, call: Call) -> Response:
    """How far the audit is, and what comes next."""
    return await _page(request, call, Filled())


async def audit_bundle(request: Request, call: Call) -> Response:
    """The order with what the trustees sealed for it: the file that the regulator's tool takes."""
    row = await rounds.overseen(about(request), call.actor)
    return to_save(dumps(await bundle_of(row)), f"audit-{row.project}-{row.attempt}.json")


async def request_audit(request: Request, call: Call) -> Response:
    """The file from which the order is signed."""
    row = await rounds.overseen(about(request), call.actor)
    name = f"audit-request-{row.project}-{row.attempt}.json"
    return to_save(await requests.audit(call, row), name)


async def _page(request: Request, call: Call, filled: Filled) -> Response:
    name = about(request)
    row = await rounds.overseen(name, call.actor)
    freeze = await Freeze.get_or_none(round_id=name)
    return pages.render(
        request,
        call,
        "oversight/blind_audit.html",
        status=filled.status,
        about=name,
        project=await projects.card(row.project, call.actor, call.now),
        attempt=row.attempt,
        freeze=freeze.sha256 if freeze else None,
        audit=await audit_of(row),
        refusal=policy.why_not_audit(call.actor, row.region, row.state, row.pool),
        trustees=[t.id for t in call.tools.anchors.trustees],
        k=row.terms["k"],
        keys=[key.hex() for key in order_keys(call.tools.data)],
        is_demo=call.tools.city.demo,
        values=filled.values,
        errors=filled.errors,
    )


@comes_back(_page, "text")
async def hand_in_audit(request: Request, call: Call) -> Response:
    """Hand in a signed order or finding, as a file or as its text."""
    form = SignedAudit(text=await handed_in(request, "text", FILE))
    await hand_in.hand_in(call, about(request), form)
    return see_other(request.scope["path"])
