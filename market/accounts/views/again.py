"""A page that comes back: what was typed, what is wrong where, and the trace of the refusal."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.audit import security
from market.kernel.call import Call
from market.kernel.errors import MarketError, not_found
from market.web import pages
from market.web.errors import STATUS
from market.web.i18n import negotiate, say


def part(request: Request, name: str, longest: int = 20) -> str:
    """A code in the address; raises not_found for what no code looks like."""
    text = str(request.path_params[name])
    if len(text) > longest or not text.isprintable():
        raise not_found()
    return text


def sentences(request: Request, error: MarketError, field: str) -> dict[str, str]:
    """What is wrong with each field, in the reader's language; ``field`` takes the rest."""
    locale = negotiate(request)
    wrong = {name: say(locale, key, **facts) for name, (key, facts) in error.fields.items()}
    return wrong or {field: say(locale, error.key, **error.facts)}


async def show_again(
    request: Request,
    call: Call,
    error: MarketError,
    template: str,
    field: str,
    *,
    whom: str | None = None,
    **given: Any,
) -> Response:
    """The page ``template`` with the errors of a refused write, which leaves its security event.

    ``field`` takes what is wrong with no field in particular; ``whom`` is whose account was tried.
    """
    path = request.scope["path"]
    await security.note(call, error.key, path, fields=sorted(error.fields), person=whom)
    errors = sentences(request, error, field)
    return pages.render(request, call, template, status=STATUS[error.kind], errors=errors, **given)
