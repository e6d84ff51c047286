"""A fresh city per test, on SQLite or PostgreSQL, with a clock that stands still."""

import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import hypothesis
import pytest
from argon2 import PasswordHasher

from market.settings import Settings
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.postgres import database, postgres, wanted

__all__ = ["postgres"]

pytest_plugins = [
    "tests.suite.budgets",
    "tests.suite.elsewhere",
    "tests.suite.founded",
    "tests.suite.grouping",
    "tests.suite.sampling",
    "tests.suite.towns",
]

# Many processes import the same modules: they compile them once, whatever the shell prefers.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # noqa: TID251 - a run of tests, not a city
sys.dont_write_bytecode = False

# What tests write is thrown away: where there is memory for it, nobody waits for a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - each user of it makes folders of its own
FREE = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
if MEMORY.is_dir() and FREE > 4 * 1024**3:
    os.environ.setdefault("TMPDIR", str(MEMORY))  # noqa: TID251 - a run of tests, not a city
    tempfile.tempdir = None  # it is asked for again

# A busy machine is no fault: what a test finds must not depend on how long it took.
hypothesis.settings.register_profile(
    "no timing", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("no timing")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about the other database alone does not belong to this run."""
    other = "on_sqlite" if wanted() else "on_postgres"
    away = [item for item in items if item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=away)
    items[:] = [item for item in items if item not in away]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
async def empty_city(
    tmp_path_factory: pytest.TempPathFactory, postgres: Path | None
) -> AsyncIterator[Settings]:
    """An empty city, its database migrated and its keys made; it is copied for every test."""
    from market.city import make_tools, open_database  # noqa: PLC0415 - signing needs no market

    async with database(postgres) as name:
        empty = Settings(data=tmp_path_factory.mktemp("empty") / "city", database=name)
        make_tools(empty)
        async with open_database(empty):
            pass
        yield empty


@pytest.fixture
async def settings(
    tmp_path: Path, postgres: Path | None, empty_city: Settings
) -> AsyncIterator[Settings]:
    shutil.copytree(empty_city.data, tmp_path / "city")
    async with database(postgres, empty_city.database) as name:
        yield Settings(data=tmp_path / "city", database=name)


@pytest.fixture
async def city(
    settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TestCity]:
    """An open city; its passwords are hashed lightly (how they are is tested in tests/unit)."""
    from market.accounts import passwords  # noqa: PLC0415 - signing's tests need no market
    from market.app import make_app  # noqa: PLC0415 - signing's tests need no market
    from market.city import open_database  # noqa: PLC0415 - as above

    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", light)
    app = make_app(settings, clock, jobs=False)
    async with open_database(settings):
        yield TestCity(app, app.state.door.tools, clock)


@pytest.fixture
async def client(city: TestCity, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of its own: cookies are kept, redirects are not followed."""
    transport = httpx2.ASGITransport(app=city.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=settings.url) as browser:
        yield browser
