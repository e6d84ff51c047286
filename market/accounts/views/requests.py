"""Changes of rights that take two: their list, one of them, and what is answered."""

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.actions import requests
from market.accounts.regions import places
from market.accounts.requests_page import listed, request_page
from market.accounts.views.address import part
from market.kernel.actors import ADMINISTRATORS
from market.kernel.call import Call
from market.web import pages
from market.web.answers import see_other
from market.web.i18n import negotiate
from market.web.refused_form import Filled, comes_back


async def listing(request: Request, call: Call) -> Response:
    """What waits, and what became of the others."""
    return pages.render(request, call, "accounts/requests.html", rows=await listed())


async def show(request: Request, call: Call) -> Response:
    """One request: who asks what about whom, and what the reader may answer."""
    return await _page(request, call, Filled())


async def _page(request: Request, call: Call, filled: Filled) -> Response:
    locale = negotiate(request)
    return pages.render(
        request,
        call,
        "accounts/request.html",
        status=filled.status,
        errors=filled.errors,
        page=await request_page(call, _code(request)),
        region_names={p.code: p.label(locale) for p in places()},
    )


@comes_back(_page)
async def confirm(request: Request, call: Call) -> Response:
    """Confirm, and so do it."""
    await requests.confirm(call, _code(request))
    return _back(request)


@comes_back(_page)
async def refuse(request: Request, call: Call) -> Response:
    """Refuse it."""
    await requests.refuse(call, _code(request))
    return _back(request)


@comes_back(_page)
async def withdraw(request: Request, call: Call) -> Response:
    """Take it back; who watches without administering has asked on the account's own page."""
    await requests.withdraw(call, _code(request))
    return _back(request) if call.actor.role in ADMINISTRATORS else see_other("/account")


def _code(request: Request) -> str:
    return part(request, "request")


def _back(request: Request) -> Response:
    return see_other(f"/admin/requests/{_code(request)}")
