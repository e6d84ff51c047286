"""JSON twins of the public pages: sums end in ``_fen``, times in ``_at`` (UTC, milliseconds).

Beside them the two signatures that another attempt needs.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.documents import signatures
from market.documents.signatures import SignedStatement
from market.kernel.call import Call
from market.projects import actions
from market.projects.queries import ProjectCard, card, listing, wish_of
from market.projects.queries.duties import step_address
from market.web.forms import read_json
from market.web.paging import read_cursor
from signing.core import canonical


async def projects(request: Request, call: Call) -> Response:
    """A page of the public list; takes the list's own parameters."""
    params = request.query_params
    wish = wish_of({name: params.getlist(name) for name in params})
    found = await listing(wish, call.actor, call.now, read_cursor(params.get("page")))
    page = found.page
    return JSONResponse(
        {
            "total": found.total,
            "projects": [summary(row) for row in page.rows],
            "previous": wish.url("/api/projects", page=str(page.previous))
            if page.previous
            else None,
            "next": wish.url("/api/projects", page=str(page.next)) if page.next else None,
        }
    )


async def project(request: Request, call: Call) -> Response:
    """One project with its canonical need and the need's hash."""
    found = await card(request.path_params["code"], call.actor, call.now)
    return JSONResponse(summary(found) | {"need": found.need, "need_sha256": found.need_sha256})


async def ask_again(request: Request, call: Call) -> Response:
    """``{"statement","cms_b64"}`` by the owner → ``{"location"}``: another attempt."""
    signature = await signatures.taken(call, await read_json(request, SignedStatement))
    code, attempt = request.path_params["code"], request.path_params["attempt"]
    asked = await actions.ask_again(call, code, attempt, signature)
    redo, date = f"/my/projects/{code}/redo", step_address(code, "deadline_at")
    return JSONResponse({"location": redo if asked.waits else date})


async def countersign(request: Request, call: Call) -> Response:
    """The same by a regulator, over the owner's statement."""
    signature = await signatures.taken(call, await read_json(request, SignedStatement))
    code, attempt = request.path_params["code"], request.path_params["attempt"]
    await actions.countersign(call, code, attempt, signature)
    return JSONResponse({"location": f"/projects/{code}"})


def summary(card: ProjectCard) -> dict[str, Any]:
    """The public fields of a card as JSON."""
    times = {
        "deadline_at": card.deadline_at,
        "published_at": card.published_at,
        "decided_at": card.decided_at,
        "concluded_at": card.concluded_at,
    }
    return {
        "code": card.code,
        "state": str(card.state),
        "stage": str(card.stage),
        "title": card.title,
        "owner": card.owner,
        "owner_name": card.owner_name,
        "region": card.place.code,
        "item": card.item.code,
        "way": str(card.way),
        "pool": str(card.pool),
        "way_terms": card.way_terms,
        "control_price_fen": card.control_price_fen,
        "decided_fen": card.decided_fen,
        "attempt": card.attempt,
        "round_state": card.round_state,
    } | {name: canonical.instant(at) if at else None for name, at in times.items()}
