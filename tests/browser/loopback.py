"""A site on loopback for the browser tests: uvicorn in the test's loop, the market's headers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from market.web.headers import StrictHeaders
from tests.browser.vendored import STATIC

FRAME = '<!DOCTYPE html><html lang="{lang}" data-server-ms="{ms}"><title>.</title><body>{body}'


async def _blank(_request: Request) -> HTMLResponse:
    return HTMLResponse(FRAME.format(lang="zh-CN", ms=0, body=""))


def static_site(routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The static files and whatever a test adds, under the market's own security headers."""
    static = Mount("/static", StaticFiles(directory=STATIC))
    app = Starlette(routes=[*routes, static, Route("/", _blank)])
    app.add_middleware(StrictHeaders)
    return app


@contextlib.asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serve `app` on a free port; gives its address (localhost, so that WebCrypto is there)."""
    # A socket that listens before the server runs keeps early callers waiting: no polling needed.
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        await task
