"""The floor of an upload: the same bytes, the same two rows, one durable commit, and nothing else.

``python -m tests.bench.bare PORT DATABASE`` with a file for SQLite or a JSON object for PostgreSQL.
"""

import hashlib
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TABLE = "CREATE TABLE bid (sha256 VARCHAR(64) PRIMARY KEY, data {blob} NOT NULL)"
Rows = list[tuple[str, bytes]]
Keep = Callable[[Rows], Awaitable[None]]


@asynccontextmanager
async def sqlite(path: str) -> AsyncIterator[Keep]:
    """The standard library's driver in WAL mode, every commit synced."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute(TABLE.format(blob="BLOB"))

    async def keep(rows: Rows) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany("INSERT INTO bid VALUES (?, ?)", rows)
        raw.execute("COMMIT")

    yield keep
    raw.close()


@asynccontextmanager
async def postgres(credentials: str) -> AsyncIterator[Keep]:
    """asyncpg's pool."""
    async with asyncpg.create_pool(**json.loads(credentials)) as pool:
        await pool.execute(TABLE.format(blob="BYTEA"))

        async def keep(rows: Rows) -> None:
            async with pool.acquire() as raw, raw.transaction():
                await raw.executemany("INSERT INTO bid VALUES ($1, $2)", rows)

        yield keep


def make_app(database: str) -> Starlette:
    """One route that takes an upload and answers when it is durable."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        opened = postgres if database.startswith("{") else sqlite
        async with opened(database) as keep:
            app.state.keep = keep
            yield

    async def upload(request: Request) -> Response:
        sent = await request.json()
        parts = [sent[key].encode() for key in ("application", "identity")]
        await request.app.state.keep([(hashlib.sha256(p).hexdigest(), p) for p in parts])
        return JSONResponse({"ok": True}, 201)

    route = Route("/api/rounds/{code}/{attempt}/envelopes", upload, methods=["POST"])
    return Starlette(routes=[route], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(
        make_app(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="critical",
        timeout_keep_alive=60,
    )
