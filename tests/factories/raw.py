"""A real server, as ``mingxuan serve`` starts it, and bytes on a socket as no client sends them."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 1.0
ENOUGH = 20.0
TRIES = 600


@dataclass(frozen=True, slots=True)
class Site:
    """Where the server listens."""

    port: int
    process: int = 0
    log: Path = Path()

    async def most_memory(self) -> int:
        """The most that the server ever held, in MB."""
        text = await asyncio.to_thread(Path(f"/proc/{self.process}/status").read_text)
        return int(text.split("VmHWM:")[1].split()[0]) // 1024

    async def faults(self) -> str:
        """What the server told its log of faults of ours."""
        text = await asyncio.to_thread(self.log.read_text)
        return text if "incident" in text or "Traceback" in text else ""

    async def say(self, *parts: bytes, pause: float = 0.0, leave: bool = False) -> bytes:
        """Send the parts with pauses between; all that came back until the server hung up.

        ``leave`` closes our side after the last part. Raises TimeoutError when the server does not
        hang up: every conversation of a test ends within ``ENOUGH`` seconds.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(ENOUGH):
                listening = asyncio.create_task(_all(reader))
                for part in parts:
                    if listening.done():
                        break
                    await _send(writer, part)
                    await asyncio.sleep(pause)
                if leave:
                    writer.write_eof()
                return await listening
        finally:
            writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, part: bytes) -> None:
    try:
        writer.write(part)
        await writer.drain()
    except ConnectionError:
        return  # it has hung up; what it said is being read


async def _all(reader: asyncio.StreamReader) -> bytes:
    said = b""
    try:
        while piece := await reader.read(65536):
            said += piece
    except ConnectionError:
        return said
    return said


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def serving(data: Path, database: str) -> AsyncIterator[Site]:
    """``mingxuan serve`` in a process of its own, with a patience of ``PATIENCE`` seconds."""
    port, told = _free_port(), data / "log.txt"
    with told.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "market", "serve", "--no-jobs", "--port", str(port)),
            cwd=ROOT,
            env={
                **os.environ,  # noqa: TID251 - the child's surroundings
                "MINGXUAN_DATA": str(data),
                "MINGXUAN_DATABASE": database,
                "MINGXUAN_PATIENCE": str(PATIENCE),
            },
            stderr=log,
            start_new_session=True,
        )
    site = Site(port, process.pid, told)
    try:
        await _awake(site)
        yield site
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _awake(site: Site) -> None:
    for _ in range(TRIES):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", site.port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError("the server does not start")
