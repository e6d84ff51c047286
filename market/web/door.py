"""The edge: one request becomes one ``Call`` (who, when, with which tools, under which retry key).

Here the clock is read, once. A write must come from our own pages (Sec-Fetch-Site or Origin; the
session cookie is SameSite=Lax besides) or carry no cookie at all.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import Request

from market.kernel.actors import NOBODY, Actor
from market.kernel.call import Call, Retry, Tools
from market.kernel.clock import Clock
from market.kernel.errors import Kind, MarketError
from market.web import uploads

SESSION_COOKIE = "session"
MAX_BODY = 512 * 1024
PATIENCE = 60.0  # seconds
HEARD_OUT = 64 * 1024 * 1024  # bytes of a body that is refused for its length
KEY_FIELD = "idempotency_key"
_SURROGATE = re.compile("[\ud800-\udfff]")

FindActor = Callable[[str, datetime], Awaitable[Actor | None]]


@dataclass(frozen=True, slots=True)
class Door:
    """What turns requests into calls."""

    tools: Tools
    clock: Clock
    find_actor: FindActor

    async def actor(self, request: Request) -> Actor:
        """Whose session this is."""
        token = request.cookies.get(SESSION_COOKIE)
        if not token or len(token) > 200:
            return NOBODY
        return await self.find_actor(token, self.clock()) or NOBODY

    async def call(self, request: Request, *, keyed: bool = False) -> Call:
        """The call of this request. Kept on the request: the page around it asks again."""
        if not hasattr(request.state, "call"):
            body = b""
            if request.method == "POST":
                _must_be_own_page(request)
                body = await _heard(request)
            key = await _key(request) if keyed else None
            actor = await self.actor(request)
            retry = Retry(key, _sent(request, actor, body)) if key else None
            came_at = getattr(request.state, "came_at", None) or self.clock()
            request.state.call = Call(actor, came_at, self.tools, retry)
        call: Call = request.state.call
        return call


async def _heard(request: Request) -> bytes:
    """What stands for the body: itself, or of a form with files a hash."""
    most = getattr(request.state, "upload_limit", None)
    if most is not None:
        return await uploads.hear(request, most, request.state.patience)
    return await limited_body(request)


async def limited_body(request: Request) -> bytes:
    """The whole body: at most as many bytes as the route takes, and as long as the city waits."""
    if hasattr(request, "_body"):
        return await request.body()
    limit = getattr(request.state, "body_limit", MAX_BODY)
    patience = getattr(request.state, "patience", PATIENCE)
    size, chunks = 0, []
    try:
        async with asyncio.timeout(patience):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= limit:
                    chunks.append(chunk)
                elif not _is_announced(request):
                    break
    except TimeoutError:
        raise MarketError("body.too_slow", Kind.TOO_SLOW, seconds=f"{patience:g}") from None
    if size > limit:
        raise MarketError("body.too_large", Kind.TOO_LARGE, limit=limit)
    request._body = b"".join(chunks)  # noqa: SLF001 - Starlette reads it back from here
    return request._body  # noqa: SLF001 - as above


def _is_announced(request: Request) -> bool:
    """Whether it is worth hearing out a body that is too long: a browser reads no answer before."""
    told = request.headers.get("content-length", "")
    return told.isdecimal() and int(told) <= HEARD_OUT


def _must_be_own_page(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        own = site in {"same-origin", "none"}
    elif origin is not None:
        own = _netloc(origin) == request.headers.get("host")
    else:
        own = SESSION_COOKIE not in request.cookies
    if not own:
        raise MarketError("guard.foreign_page", Kind.FORBIDDEN)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def is_text(value: str) -> bool:
    """Whether every database can keep it: no NUL, no lone surrogates."""
    return "\0" not in value and (value.isascii() or _SURROGATE.search(value) is None)


async def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key")
    if key is None and not request.headers.get("content-type", "").startswith("application/json"):
        form = await request.form(max_files=10, max_fields=2000)
        value = form.get(KEY_FIELD)
        key = value if isinstance(value, str) else None
    if not key:
        raise MarketError("idempotency.missing")
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise MarketError("idempotency.shape")
    return key


def _sent(request: Request, actor: Actor, body: bytes) -> str:
    """What was sent, where to and by whom: nobody is given the answer to another's act.

    What a person asks blindly (an admission) is no use case under its key: this hash, which the
    database keeps, would let everybody try who it was.
    """
    by = f" {actor.ledger_name}" if actor.signed_in else ""
    scope = f"{request.method} {request.url.path}{by}".encode()
    return hashlib.sha256(scope + b"\0" + body).hexdigest()
