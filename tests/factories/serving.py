"""Servers in processes of their own over the data of a town."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from tests.factories.sending import Sender
from tests.factories.town import Town

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
TRIES = 1500


@asynccontextmanager
async def server(
    town: Town, bug: str = "", now: str = "", name: str = "port", before: Sequence[str] = ()
) -> AsyncIterator[httpx2.AsyncClient]:
    """A mortal server (``factories/mortal.py``) over the town's data, and a client for it."""
    port = town.settings.data / name
    port.unlink(missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(*before, sys.executable, "-m", "tests.factories.mortal", str(town.settings.data)),
        *(town.settings.database, now or town.clock().isoformat(), str(port), bug),
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        base = f"http://127.0.0.1:{await _port(port)}"
        async with httpx2.AsyncClient(base_url=base, timeout=PATIENCE) as client:
            yield client
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _port(path: Path) -> str:
    """What the server writes down once it listens."""
    for _ in range(TRIES):
        told = await asyncio.to_thread(_text, path)
        if told:
            return told
        await asyncio.sleep(0.02)
    raise AssertionError("the server does not start")


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


async def prepared(town: Town, applicant: int = 0, about: str = "") -> Sender:
    """An applicant that is admitted to ``about``, the round of a milestone, or a fresh one."""
    about = about or town.about or (await town.publish(way="price")).about
    transport = httpx2.ASGITransport(app=town.city.app)
    client = httpx2.AsyncClient(transport=transport, base_url=town.settings.url)
    sender = Sender(town, client, about, town.applicants[applicant])
    await sender.admission()
    return sender
