"""A city in which one unit writes for as long as it is asked to.

``python -m tests.bench.busy PORT DATA``; ``GET /busy?seconds=2`` answers when the unit has ended.
"""

import sys
import time
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from market.app import make_app
from market.audit.models import SecurityEvent
from market.infra import db
from market.kernel.clock import system_clock
from market.settings import Settings


async def busy(request: Request) -> Response:
    """Write row after row in one unit; gives their number."""
    until = time.perf_counter() + float(request.query_params["seconds"])
    rows = 0
    async with db.unit():
        while time.perf_counter() < until:
            await SecurityEvent.create(at=system_clock(), key="k", actor="a", path="/", facts={})
            rows += 1
    return JSONResponse({"rows": rows})


if __name__ == "__main__":
    app = make_app(Settings(data=Path(sys.argv[2]), demo=True), jobs=False)
    app.router.routes.insert(0, Route("/busy", busy))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
