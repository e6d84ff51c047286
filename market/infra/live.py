"""Live events: who looks at a page hears that something moved, nothing more.

In this process on SQLite; between workers by PostgreSQL's LISTEN/NOTIFY. A topic is public data (a
round's name); the payload is a state, never a count or a code.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from market.infra import db

CHANNEL = "mingxuan_live"
AGAIN = 1.0  # seconds after a connection was lost
log = logging.getLogger("mingxuan")
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
    ready = asyncio.Event()
    relaying = asyncio.create_task(_relay(ready))
    await ready.wait()
    try:
        yield
    finally:
        relaying.cancel()
        await asyncio.wait([relaying])


async def _relay(ready: asyncio.Event) -> None:
    """Listen for good: when a connection is lost, on another."""
    while True:
        try:
            async with db.connection().acquire_connection() as raw:
                await _listen(raw, ready)
        except Exception as error:  # noqa: BLE001 - pages still move when they are loaded again
            log.warning("live events are not heard from other workers: %r", error)
        ready.set()
        await asyncio.sleep(AGAIN)


async def _listen(raw: Any, ready: asyncio.Event) -> None:
    lost = asyncio.Event()

    def end(_connection: Any) -> None:
        lost.set()

    raw.add_termination_listener(end)
    await raw.add_listener(CHANNEL, _heard)
    ready.set()
    try:
        await lost.wait()
    finally:
        if not lost.is_set():
            raw.remove_termination_listener(end)
            await raw.remove_listener(CHANNEL, _heard)


def _heard(_connection: Any, _pid: int, _channel: str, text: str) -> None:
    with suppress(ValueError, KeyError):
        event = json.loads(text)
        deliver(event["topic"], event["payload"])
