"""Live events: who looks at a page hears that something moved, nothing more.

In this process on SQLite; between workers by PostgreSQL's LISTEN/NOTIFY. A topic is public data (a
round's name); the payload is a state, never a count or a code.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from market.infra import db

CHANNEL = "mingxuan_live"
_listeners: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)


async def publish(topic: str, payload: dict[str, Any]) -> None:
    """Tell the listeners when the running unit has been committed. Inside a unit."""
    running = db.current()
    if running.is_postgres:
        text = json.dumps({"topic": topic, "payload": payload})
        await running.connection.execute_query("SELECT pg_notify($1, $2)", [CHANNEL, text])
    else:
        running.after[f"live:{topic}:{len(running.after)}"] = lambda: deliver(topic, payload)


def deliver(topic: str, payload: dict[str, Any]) -> None:
    """Hand an event to this process's listeners; one that does not keep up loses the oldest."""
    for queue in _listeners.get(topic, ()):
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(payload)


@asynccontextmanager
async def listening(topic: str) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
    """A queue of the topic's events for as long as the block runs."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=16)
    _listeners[topic].add(queue)
    try:
        yield queue
    finally:
        _listeners[topic].discard(queue)
        if not _listeners[topic]:
            del _listeners[topic]


@asynccontextmanager
async def between_workers() -> AsyncIterator[None]:
    """Relay PostgreSQL's notifications to this process's listeners; does nothing on SQLite."""
    if not db.is_postgres():
        yield
        return

    def heard(_connection: Any, _pid: int, _channel: str, text: str) -> None:
        with suppress(ValueError, KeyError):
            event = json.loads(text)
            deliver(event["topic"], event["payload"])

    async with db.connection().acquire_connection() as raw:
        await raw.add_listener(CHANNEL, heard)
        try:
            yield
        finally:
            await raw.remove_listener(CHANNEL, heard)
