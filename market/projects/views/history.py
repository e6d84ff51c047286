"""What the ledger holds of one project: of itself, and of whatever room has to do with it."""

from starlette.requests import Request
from starlette.responses import Response

from market.audit import entries
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.projects.events import HISTORY
from market.web import pages


async def show(request: Request, call: Call) -> Response:
    """Every entry in order, in plain words."""
    code = request.path_params["code"]
    lines = await entries.history(HISTORY, code)
    if not lines:
        raise not_found("project")
    return pages.render(request, call, "projects/history.html", code=code, lines=lines)
