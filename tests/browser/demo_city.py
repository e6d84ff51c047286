"""The demo city as its command starts it: market, jobs and three trustees, all of them processes.

Nothing here reaches into the city: what the tests know of it they know from its pages and its API.
The exception is ``words``: it reads what is data, so that a page's own words can be told from it.
"""

import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0  # seconds; a limit for hung cities, never a pace


@dataclass(frozen=True)
class DemoCity:
    """A running city: its folder and its address."""

    folder: Path
    url: str

    def get(self, path: str) -> httpx2.Response:
        """What a stranger gets."""
        return httpx2.get(self.url + path, timeout=60)

    def projects(self, **wish: str) -> list[dict[str, Any]]:
        """Public projects; ``wish`` are the list's own parameters, or fields that must be equal."""
        found: list[dict[str, Any]] = self.get("/api/projects").json()["projects"]
        return [row for row in found if all(str(row[name]) == wish[name] for name in wish)]

    @cached_property
    def words(self) -> str:
        """All text that the city keeps: names, titles, legal bases."""
        texts = [path.read_text("utf-8") for path in sorted((ROOT / "fixtures").rglob("*.json"))]
        kept = sqlite3.connect(f"file:{self.folder / 'city/market.sqlite'}?mode=ro", uri=True)
        with contextlib.closing(kept):
            tables = kept.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (table,) in tables:
                for row in kept.execute(f'select * from "{table}"'):  # noqa: S608 - its own name
                    texts += [value for value in row if isinstance(value, str)]
        return "\n".join(texts)


@contextlib.contextmanager
def standing(folder: Path) -> Iterator[DemoCity]:
    """Found a city in ``folder`` and let it run until the block ends."""
    url = f"http://127.0.0.1:{_free_port()}"
    said = folder / "said.txt"
    command = [sys.executable, "-m", "market", "demo", "--no-browser"]
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", url.rpartition(":")[2], "--data", str(folder)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_it_answers(process, url, said)
        yield DemoCity(folder, url)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert b"Traceback" not in said.read_bytes(), said.read_text("utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, said: Path) -> None:
    given_up = time.monotonic() + PATIENCE
    while True:
        try:
            httpx2.get(url + "/log/checkpoint", timeout=10).raise_for_status()
        except httpx2.HTTPError:
            assert process.poll() is None, said.read_text("utf-8")
            assert time.monotonic() < given_up, said.read_text("utf-8")
            time.sleep(0.2)
        else:
            return
