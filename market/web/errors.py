"""One renderer for every refusal: a page for people, problem+json (RFC 9457) for programs.

A refusal of the kinds in ``SECURITY`` leaves a security event. Anything that is not a MarketError
is a blank 500 with an id that stands in the log and nowhere else.
"""

import json
import logging
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import ValidationError

from market.infra.outage import outage
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, not_found
from market.kernel.ids import new_code
from market.web import pages
from market.web.answers import see_other
from market.web.door import Door
from market.web.headers import HEADERS
from market.web.i18n import TAGS, negotiate, refusal_key, say
from signing.core.errors import Refused

STATUS: Final = {
    Kind.INVALID: 400,
    Kind.SIGN_IN: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNPROCESSABLE: 422,
    Kind.TOO_LARGE: 413,
    Kind.TOO_SLOW: 408,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
    Kind.NO_ROOM: 507,
}
PASSING: Final = frozenset({Kind.UNAVAILABLE, Kind.NO_ROOM})
RETRY_AFTER: Final = "5"  # seconds
SECURITY: Final = frozenset(Kind) - PASSING - {Kind.NOT_FOUND}
log = logging.getLogger("mingxuan")


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """Why a session is over (a key), and where a kept form waits, if one does."""

    why: str
    kept: str = ""


async def on_market_error(request: Request, error: Exception) -> Response:
    """The answer to a refusal."""
    assert isinstance(error, MarketError)  # noqa: S101 - registered for it
    return await _answer(request, error, STATUS[error.kind])


async def _answer(request: Request, error: MarketError, status: int) -> Response:
    call = await _call(request)
    if call and error.kind in SECURITY and request.method == "POST":
        await request.app.state.note_refusal(request, call, error)
    if error.kind is Kind.SIGN_IN and request.method == "GET" and not wants_json(request):
        return see_other(f"/sign-in?next={request.url.path}")
    kept = ""
    if error.kind is Kind.SIGN_IN and call:
        end = await request.app.state.session_end(request, call)
        if end is not None:
            error, kept = MarketError(end.why, Kind.SIGN_IN), end.kept
    return come_back(_shown(request, call, error, status, kept), error)


def come_back(answer: Response, error: MarketError) -> Response:
    """The answer, with the time after which it is worth trying again (RFC 9110 §10.2.3)."""
    if error.kind in PASSING or "retry_after" in error.facts:
        answer.headers["retry-after"] = str(error.facts.get("retry_after", RETRY_AFTER))
    return answer


def _shown(
    request: Request, call: Call | None, error: MarketError, status: int, kept: str = ""
) -> Response:
    locale = negotiate(request)
    if wants_json(request):
        return problem(locale, status, error)
    return pages.render(
        request,
        call,
        "errors/error.html",
        status=status,
        kind=str(error.kind),
        message=say(locale, error.key, **error.facts),
        field_messages=[say(locale, key, **facts) for key, facts in error.fields.values()],
        incident=None,
        kept=kept,
    )


def refusal_in(error: MarketError | Refused | ValidationError) -> MarketError:
    """What people are told: the trust library's refusals, and a text that no column can hold."""
    if isinstance(error, MarketError):
        return error
    if isinstance(error, Refused):
        refusal = MarketError(refusal_key(error.code), Kind.UNPROCESSABLE)
        refusal.facts = {name: str(value) for name, value in error.facts.items()}
        return refusal
    return MarketError("http.misfit", Kind.UNPROCESSABLE)


async def on_refused(request: Request, error: Exception) -> Response:
    """A refusal of the trust library reaches people like any other."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    return await on_market_error(request, refusal_in(error))


async def on_misfit(request: Request, error: Exception) -> Response:
    """A text that no column can hold: in an address it names nothing, in a write it is too long."""
    assert isinstance(error, ValidationError)  # noqa: S101 - registered for it
    if request.method in {"GET", "HEAD"}:
        return await on_market_error(request, not_found())
    return await on_market_error(request, refusal_in(error))


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's own refusals in our words."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if error.status_code == 404:
        return await on_market_error(request, not_found())
    key = {405: "http.method", 400: "http.bad_request"}.get(error.status_code, "http.other")
    answer = await _answer(request, MarketError(key), error.status_code)
    answer.headers.update(error.headers or {})  # such as Allow, which RFC 9110 §15.5.6 asks for
    return answer


async def on_gone(_request: Request, _error: Exception) -> Response:
    """Whoever hung up amid a request did nothing, and nobody is there to read an answer."""
    return Response(status_code=400)


async def on_crash(request: Request, error: Exception) -> Response:
    """A fault of ours: an id for the person, the trace for the log.

    Starlette asks for it outside of every middleware, so the strict headers are put on here.
    """
    incident = new_code(8)
    log.error(
        "incident %s at %s %s", incident, request.method, request.scope["path"], exc_info=error
    )
    locale = negotiate(request)
    if wants_json(request):
        answer = problem(locale, 500, MarketError("http.crash", incident=incident))
    else:
        answer = pages.render(
            request,
            None,
            "errors/error.html",
            status=500,
            kind="crash",
            message=say(locale, "http.crash", incident=incident),
            field_messages=[],
            incident=incident,
            kept="",
        )
    answer.headers.update(HEADERS)
    return answer


def problem(locale: str, status: int, error: MarketError) -> Response:
    """RFC 9457 problem details; ``key`` and ``errors`` are extension members."""
    detail = say(locale, error.key, **error.facts)
    body = {
        "type": "about:blank",
        "title": say(locale, f"status.{status}"),
        "status": status,
        "detail": detail,
        "key": error.key,
        "errors": [
            {"field": name, "detail": say(locale, key, **facts)}
            for name, (key, facts) in error.fields.items()
        ],
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        status,
        media_type="application/problem+json",
        headers={"content-language": TAGS[locale], "cache-control": "no-store"},
    )


def wants_json(request: Request) -> bool:
    """Whether the asker is a program."""
    path = request.scope["path"]
    return path.startswith(("/api/", "/trustee/")) or "json" in request.headers.get("accept", "")


async def _call(request: Request) -> Call | None:
    if hasattr(request.state, "call"):
        return request.state.call  # type: ignore[no-any-return]  # put there by the door
    door: Door = request.app.state.door
    try:
        return Call(await door.actor(request), door.clock(), door.tools)
    except Exception as error:
        if outage(error) is None:
            raise
        return None  # what is to be told may be this very outage
