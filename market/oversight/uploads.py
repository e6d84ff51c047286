"""What a regulator signed elsewhere and hands in, as a file or as its text."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from market.audit import security
from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.web.errors import STATUS
from market.web.forms import form_values
from market.web.i18n import negotiate, say

SEE_OTHER = 303
Take = Callable[[str], Awaitable[None]]
Page = Callable[..., Awaitable[Response]]


async def handed_in(
    request: Request, call: Call, take: Take, page: Page, *, field: str, most: int
) -> Response:
    """Give the text, of at most ``most`` bytes, to ``take``; a refusal shows ``page`` again."""
    values = await form_values(request)
    try:
        text = await _uploaded(request, most) or str(values.get(field, "")).strip()
        await take(text[:most])
    except MarketError as error:
        if not error.fields:
            raise
        await security.note(call, error.key, request.scope["path"], fields=sorted(error.fields))
        locale = negotiate(request)
        errors = {n: say(locale, key, **facts) for n, (key, facts) in error.fields.items()}
        return await page(request, call, STATUS[error.kind], values, errors)
    return RedirectResponse(request.scope["path"], SEE_OTHER)


async def _uploaded(request: Request, most: int) -> str:
    async with request.form(max_files=10, max_fields=2000) as form:
        sent = form.get("file")
        if sent is None or isinstance(sent, str):
            return ""
        return (await sent.read())[:most].decode("utf-8", "replace").strip()
