"""Composition root: settings, database, keys, clock and rooms become one Starlette application."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from tortoise.exceptions import ValidationError

from market.accounts.queries import actor_of
from market.accounts.views.session_end import kept_values, session_end
from market.audit.publish import date_quorums, must_not_be_shorter
from market.audit.security import note_refusal
from market.city import make_clock, make_tools, open_database, trustee_words
from market.demo.views import demo_bar
from market.infra import live
from market.jobs import scheduler
from market.kernel.call import Tools
from market.kernel.clock import Clock
from market.kernel.errors import MarketError
from market.routes import ROUTES
from market.settings import Settings
from market.web import errors
from market.web.door import Door
from market.web.headers import StrictHeaders
from market.web.i18n import adopt, say_to_all
from market.web.pages import STATIC
from signing.core.errors import Refused


class NotStartedError(RuntimeError):
    """The city does not start; the sentence says why, in every language."""


def make_app(settings: Settings, clock: Clock | None = None, *, jobs: bool = True) -> Starlette:
    """The application; ``jobs=False`` for processes that only answer."""
    ticking = clock or make_clock(settings)
    tools = make_tools(settings, ticking)
    adopt(trustee_words(settings))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with _opened(settings, tools), live.between_workers():
            alarm = scheduler(tools, ticking)
            if jobs:
                alarm.start()
            try:
                yield
            finally:
                if jobs:
                    alarm.shutdown(wait=False)

    app = Starlette(
        routes=[*ROUTES, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        middleware=[Middleware(StrictHeaders), Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={
            MarketError: errors.on_market_error,
            Refused: errors.on_refused,
            ValidationError: errors.on_misfit,
            HTTPException: errors.on_http_exception,
            ClientDisconnect: errors.on_gone,
            Exception: errors.on_crash,
        },
        lifespan=lifespan,
    )
    app.state.door = Door(tools, ticking, actor_of)
    app.state.settings = settings
    app.state.demo_bar = demo_bar
    app.state.note_refusal = note_refusal
    app.state.session_end, app.state.kept_values = session_end, kept_values
    return app


@asynccontextmanager
async def _opened(settings: Settings, tools: Tools) -> AsyncIterator[None]:
    """The database, if it may be served: no older than what was published, no newer than this."""
    async with AsyncExitStack() as held:
        try:
            await held.enter_async_context(open_database(settings))
            await must_not_be_shorter(tools)
        except MarketError as error:
            raise NotStartedError(say_to_all(error.key, **error.facts)) from None
        await date_quorums(tools)
        yield
