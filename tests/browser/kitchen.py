"""One page with every part on it, and a site that keeps what that page sends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from market.web import charts, pages
from tests.browser.loopback import static_site

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 7, 47, tzinfo=UTC)
PAGE = Path(__file__).with_name("kitchen.html").read_text(encoding="utf-8")
OUTLINE = charts.read_outline(
    (ROOT / "fixtures/places/dazhou_map.json").read_text(encoding="utf-8")
)
BARS = charts.bars(["Oct", "Nov"], [charts.Series("A", [3, 4]), charts.Series("B", [4, 0])])
CODES = [area.code for area in OUTLINE.areas]
CITY = charts.dazhou(
    OUTLINE,
    dict(zip(CODES, range(7), strict=True)),
    {c: c for c in CODES},
    {CODES[0]: "/"},
    "Count",
)
FRAME = {
    "city": SimpleNamespace(
        name="达州市中介超市",
        tagline="Open and blind",
        operator="Centre",
        phone="12345",
        complaints="",
    ),
    "me": SimpleNamespace(
        name="Wang", role="owner", role_label="Owner", organisation_name="Bureau", home="/desk"
    ),
    "demo": SimpleNamespace(
        personas=[SimpleNamespace(key="a", label="Owner", current=True)], now_text="22 Nov"
    ),
    "now": NOW,
    "server_ms": int(NOW.timestamp() * 1000),
    "url_path": "/",
    "public": [SimpleNamespace(href="/open", label="Public line", current=False)],
    "other_locale_url": "/",
    "until": NOW + timedelta(hours=1),
    "bars": BARS,
    "drawn": CITY,
}


class Kitchen:
    """Serves the page in ``/{locale}`` and keeps the posts: (path, fields, key of the header)."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], str]] = []
        self.served = 0
        self.news = "old"
        self.changed = asyncio.Event()

    def app(self) -> Starlette:
        return static_site(
            [
                Route("/events", self.events),
                Route("/desk/duties", self.duties),
                Route("/{locale:str}", self.page),
                Route("/{path:path}", self.post, methods=["POST"]),
            ]
        )

    async def page(self, request: Request) -> HTMLResponse:
        self.served += 1
        rooms = [SimpleNamespace(href="/", label=f"Menu {n}", current=n == 6) for n in range(7)]
        wrong = (
            {"name": "Too long", "kind": "Choose one"} if "wrong" in request.query_params else {}
        )
        env = pages.environment(request.path_params["locale"])
        html = env.from_string(PAGE).render(FRAME, rooms=rooms, wrong=wrong, news=self.news)
        return HTMLResponse(html)

    async def duties(self, _request: Request) -> JSONResponse:
        return JSONResponse({"duties": 3, "overdue": 1})

    async def post(self, request: Request) -> Response:
        fields = {name: str(value) for name, value in (await request.form()).items()}
        key = request.headers.get("idempotency-key", "")
        self.posts.append((request.url.path, fields, key))
        return Response(status_code=204)

    async def events(self, _request: Request) -> StreamingResponse:
        async def told() -> AsyncIterator[str]:
            yield 'event: state\ndata: {"state": "old"}\n\n'
            await self.changed.wait()
            yield f'event: state\ndata: {{"state": "{self.news}"}}\n\n'

        return StreamingResponse(told(), media_type="text/event-stream")

    async def tell(self, news: str) -> None:
        """Something changed: the page says so from now on, and its listeners hear of it."""
        self.news = news
        self.changed.set()
