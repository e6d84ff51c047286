"""Headers of every answer: a strict content security policy, no sniffing, frames or referrer."""

import json
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market.web.i18n import LOCALES, say

POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'; img-src 'self' data:"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
MAX_HEADERS: Final = 16 * 1024
MAX_PATH: Final = 2048


class StrictHeaders:
    """Adds the headers; refuses requests whose own headers are larger than any browser's (431)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "location" in headers:
                    headers["location"] = _own(headers["location"])
                if scope["path"].startswith("/static/"):
                    found = message["status"] < 400
                    versioned = found and scope["query_string"].startswith(b"v=")
                    headers["cache-control"] = (
                        "public, max-age=31536000, immutable" if versioned else "no-cache"
                    )
            await send(message)

        size = sum(len(n) + len(v) for n, v in scope["headers"])
        if size > MAX_HEADERS or len(scope["path"]) > MAX_PATH:
            await too_large()(scope, receive, with_headers)
            return
        await self.app(scope, receive, with_headers)


def _own(location: str) -> str:
    """The address without a host: what the request's Host says is nobody's word."""
    parts = urlsplit(location)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, parts.fragment))


def too_large() -> Response:
    """The refusal of a head that is longer than any browser's."""
    return _unread(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "http.header_too_large")


def no_request() -> Response:
    """The refusal of bytes that are no HTTP request."""
    return _unread(HTTPStatus.BAD_REQUEST, "http.bad_request")


def _unread(status: HTTPStatus, key: str) -> Response:
    """In both languages: the header that would name one is not read."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": " ".join(say(locale, key) for locale in LOCALES),
        "key": key,
        "errors": [],
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, media_type="application/problem+json")
