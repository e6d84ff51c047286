"""A session that is over: why, what was typed meanwhile, and the way back to it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.actions import kept_forms
from market.accounts.views.address import part
from market.kernel.actors import NOBODY
from market.kernel.call import Call
from market.web import pages
from market.web.door import SESSION_COOKIE
from market.web.errors import SessionEnd
from market.web.forms import form_values


async def session_end(request: Request, call: Call) -> SessionEnd | None:
    """What is told to somebody whose session is over; a form that can be shown again is kept."""
    token = request.cookies.get(SESSION_COOKIE, "")
    over = await kept_forms.ended(token, call.now) if 0 < len(token) <= 200 else None
    if over is None:
        return None
    form = None
    if getattr(request.state, "comes_back", False) and _is_typed(request):
        path, typed = request.scope["path"], await form_values(request)
        form = await kept_forms.keep(call.by(NOBODY), over.person, path, typed)
    return SessionEnd(over.why, f"/account/kept/{form.code}" if form else "")


def _is_typed(request: Request) -> bool:
    """Whether a form came without files: those are not kept, and may still be on their way."""
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


async def kept_values(request: Request, call: Call) -> dict[str, Any] | None:
    """What stood in the form that is asked for again; None when a form is sent."""
    code = request.query_params.get("kept")
    if code is None:
        return None
    form, values = await kept_forms.kept(call, code[:20])
    return values if form.path == request.scope["path"] else {}


async def show(request: Request, call: Call) -> Response:
    """What was kept, and the button that opens the form again."""
    form, _ = await kept_forms.kept(call, part(request, "code"))
    return pages.render(request, call, "accounts/kept.html", action=f"{form.path}?kept={form.code}")


async def awake(_request: Request, _call: Call) -> Response:
    """Nothing: asking is enough for a session to last while somebody types."""
    return Response(status_code=204)
