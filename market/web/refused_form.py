"""A refused form comes back, in one way for every form.

What was typed stands in it again, with a sentence at each field and all of them on top; a program
gets problem+json. The refusal leaves one security event. Secrets come back nowhere: no template
fills a password. What cannot be mended on the page (nobody is signed in, the thing is not there,
the body is too large, the outside world is in trouble) is answered as anywhere else.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import ValidationError

from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web.errors import STATUS, come_back, problem, refusal_in, wants_json
from market.web.forms import form_values
from market.web.guards import View
from market.web.i18n import negotiate, say
from signing.core.errors import Refused

_MENDED_HERE: Final = frozenset(
    {Kind.INVALID, Kind.UNPROCESSABLE, Kind.CONFLICT, Kind.FORBIDDEN, Kind.TOO_MANY}
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as a page shows it: what was typed, the sentence at each field, the page's status."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


Page = Callable[[Request, Call, Filled], Awaitable[Response]]


def comes_back(page: Page, rest: str = "") -> Callable[[View], View]:
    """A view that answers ``page`` when it refuses what was sent.

    A refusal that names no field is said at the field ``rest``, or above the form alone. When the
    page itself is refused to the asker, so is the form. What was kept when a session ended is shown
    by the same page, and not sent.
    """

    def around(view: View) -> View:
        @wraps(view)
        async def answer(request: Request, call: Call) -> Response:
            kept = await request.app.state.kept_values(request, call)
            if kept is not None:
                return await page(request, call, Filled(kept))
            try:
                return await view(request, call)
            except (MarketError, Refused, ValidationError) as error:
                refusal = refusal_in(error)
                if refusal.kind not in _MENDED_HERE:
                    raise
                try:
                    shown = await again(request, call, refusal, page, rest)
                except MarketError:
                    raise error from None
                await request.app.state.note_refusal(request, call, refusal)
                return shown

        answer.comes_back = True  # type: ignore[attr-defined]  # read by the guard
        return answer

    return around


async def again(
    request: Request, call: Call, refusal: MarketError, page: Page, rest: str = ""
) -> Response:
    """``page`` with what was typed and what is wrong with it, or the same as problem+json."""
    locale, status = negotiate(request), STATUS[refusal.kind]
    if wants_json(request):
        return come_back(problem(locale, status, refusal), refusal)
    wrong = refusal.fields or {rest: (refusal.key, refusal.facts)}
    errors = {name: say(locale, key, **facts) for name, (key, facts) in wrong.items()}
    shown = await page(request, call, Filled(await form_values(request), errors, status))
    return come_back(shown, refusal)
