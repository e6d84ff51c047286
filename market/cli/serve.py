"""``mingxuan serve`` and ``mingxuan migrate``: a city in earnest, configured by its environment."""

import asyncio
import gc
import sys
from contextlib import suppress
from socket import socket
from typing import Annotated

import typer
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market.infra import heap
from market.settings import from_environment
from signing import terminal


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    jobs: Annotated[bool, typer.Option(help="Whether this worker also wakes the jobs.")] = True,
) -> None:
    """Serve the city that the environment describes. On PostgreSQL start as many as you need."""
    run(host, port, jobs=jobs)


def run(
    host: str,
    port: int,
    *,
    jobs: bool = True,
    quiet: bool = False,
    listening: socket | None = None,
) -> None:
    """One worker, on a socket of its own or on one that listens already.

    No access log: who asked for what and when stays unwritten (PROTOCOL.md §5).
    """
    heap.give_back()
    from market.app import make_app  # noqa: PLC0415 - the other commands start without the rooms
    from market.web.slow_clients import patient  # noqa: PLC0415 - as above

    settings = from_environment()
    app = make_app(settings, jobs=jobs)
    # What is there now stays: searching it for garbage would hold up every request by 60 ms.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        _saying(app),
        http=patient(settings.patience),
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning" if quiet else "info",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt, SystemExit):  # uvicorn has a code of its own for no start
        server.run([listening] if listening else None)
    if not server.started:
        raise typer.Exit(1)


def _saying(app: ASGIApp) -> ASGIApp:
    """Whoever starts a city that does not start reads why, instead of a trace."""
    from market.app import NotStartedError  # noqa: PLC0415 - as above

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        async def said(message: Message) -> None:
            why = sys.exception()  # which Starlette is just handing on
            if isinstance(why, NotStartedError):
                message["message"] = str(why)
            await send(message)

        await app(scope, receive, said if scope["type"] == "lifespan" else send)

    return served


def migrate() -> None:
    """Bring the database to this version and stop."""
    from market.city import open_database  # noqa: PLC0415 - as above

    async def bring() -> None:
        async with open_database(from_environment()):
            terminal.say("ok")

    asyncio.run(bring())
