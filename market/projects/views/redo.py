"""Asking for another attempt: the owner chooses a reason, reads what it signs, and signs."""

from starlette.requests import Request
from starlette.responses import Response

from market.kernel.call import Call
from market.projects.queries import asking
from market.web import pages


async def show(request: Request, call: Call) -> Response:
    """The reasons to choose from; with one chosen, the statement and the certificate to sign."""
    found = await asking(call.actor, request.path_params["code"], call.now)
    wished = request.query_params.get("reason", "")
    reason = wished if wished in found.reasons else ""
    return pages.render(
        request,
        call,
        "projects/redo.html",
        asking=found,
        reason=reason,
        statement=found.statement(reason, call.now) if reason else "",
        demo_key=f"/demo/keys/{call.actor.code}.p12" if call.tools.city.demo else None,
    )
