"""An empty database, one of the first version, one whose start was killed: all come to the same."""

import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest
from tortoise.exceptions import OperationalError
from tortoise.fields import IntField
from tortoise.migrations import operations as ops

from market import schema
from market.city import open_database
from market.infra import db
from market.infra.migration import Statements
from market.kernel.errors import MarketError
from market.settings import Settings
from tests.factories.postgres import credentials, database
from tests.factories.releases import tables, text_of, unpacked

BESIDE_THE_MODELS = {
    "sqlite": {
        "agencies_agency_words_by_stars_rank",
        "agencies_agency_words_by_stars_rank_in",
        "agencies_agency_words_by_stars_rank_out",
        "agencies_agency_words_by_stars_rank_over",
        "selection_admitted_anywhere",
        "selection_envelope_anywhere",
        "selection_nullifier_anywhere",
    },
    "postgres": {"act_has_entry", "agencies_agency_words", "pg_trgm"},
}
Starter = Callable[..., list[int | None]]


@asynccontextmanager
async def left(folder: Path, postgres: Path | None, before: str) -> AsyncIterator[Settings]:
    """A city that nobody has opened since: without a database, or with one of the first version."""
    async with database(postgres) as name:
        settings = Settings(data=folder, database=name)
        folder.mkdir()  # noqa: ASYNC240 - a test waits
        if before == "first version" and postgres is None:
            unpacked("empty", folder)
            shutil.move(folder / "empty.sqlite", folder / "market.sqlite")
        elif before == "first version":
            raw = await asyncpg.connect(**credentials(postgres, json.loads(name)["database"]))
            await raw.execute(text_of("empty", "empty.sql"))
            await raw.close()
        yield settings


async def brought(settings: Settings) -> dict[tuple[str, str], str]:
    """The tables to which a start brings it."""
    async with open_database(settings):
        assert await db.connection().execute_query_dict("SELECT id, size FROM ledger_head") == [
            {"id": 1, "size": 0}
        ]
        return await tables()


async def test_every_beginning_comes_to_the_same_tables(
    tmp_path: Path, postgres: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with left(tmp_path / "empty", postgres, "nothing") as settings:
        expected = await brought(settings)
        assert await brought(settings) == expected
    async with left(tmp_path / "first", postgres, "first version") as settings:
        assert await brought(settings) == expected
    monkeypatch.setattr(schema, "ADDING", ())
    async with left(tmp_path / "long", postgres, "nothing") as settings:
        assert await brought(settings) == expected
    assert len([kind for kind, _ in expected if kind.startswith(("table", "column"))]) > 30
    names = {name for _, name in expected}
    assert names >= BESIDE_THE_MODELS["postgres" if postgres else "sqlite"]


@pytest.fixture(scope="module")
def start() -> Iterator[Starter]:
    """Starts at once, each in a process of its own: the points it passed, None if killed."""
    command = (sys.executable, "-m", "tests.factories.migrating")
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def starts(settings: Settings, *points: int | None) -> list[int | None]:
            line = [str(settings.data), settings.database, points]
            print(json.dumps(line), file=child.stdin, flush=True)
            passed: list[int | None] = json.loads(child.stdout.readline())
            return passed

        yield starts
        child.stdin.close()


@pytest.mark.parametrize("before", ["nothing", "first version"])
async def test_a_start_killed_anywhere_is_completed_by_the_next(
    tmp_path: Path, postgres: Path | None, before: str, start: Starter
) -> None:
    async with left(tmp_path / "whole", postgres, before) as settings:
        mine, other = start(settings, None, None)
        assert mine
        assert other
        expected = await brought(settings)
    points = max(mine, other)
    for point in (points // 3, points - 20, points - 9):
        async with left(tmp_path / str(point), postgres, before) as settings:
            assert start(settings, point) == [None]
            assert await brought(settings) == expected, point


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        ("SELECT 1 FROM nowhere", OperationalError),
        (
            "INSERT INTO ledger_act VALUES ('alone')",
            (RuntimeError, asyncpg.IntegrityConstraintViolationError),
        ),
    ],
)
async def test_a_step_that_fails_or_loses_what_is_pointed_to_leaves_all(
    tmp_path: Path,
    postgres: Path | None,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    refused: type[Exception],
) -> None:
    newest = import_module("market.migrations.0002_beside_the_models").Migration
    planted = [*newest.operations, ops.CreateModel("Half", [("id", IntField(primary_key=True))])]
    async with left(tmp_path / "city", postgres, "first version") as settings:
        with monkeypatch.context() as patched:
            patched.setattr(newest, "operations", [*planted, Statements(fault)])
            with pytest.raises(refused):
                await brought(settings)
        assert "half" not in {name.lower() for _, name in await brought(settings)}


async def test_a_newer_database_is_refused(tmp_path: Path, postgres: Path | None) -> None:
    async with left(tmp_path / "city", postgres, "nothing") as settings:
        async with open_database(settings):
            await db.connection().execute_query(
                "INSERT INTO tortoise_migrations (app, name, applied_at)"
                " VALUES ('market', '9999_later', '2027-01-01 00:00:00+00:00')"
            )
        with pytest.raises(MarketError, match=r"database\.newer") as refused:
            async with open_database(settings):
                pass
        assert refused.value.facts == {"migrations": "9999_later"}
        names = {"DATA": str(settings.data), "DATABASE": settings.database}
        env = {f"MINGXUAN_{name}": said for name, said in names.items()}
        for command in ("migrate", "serve"):
            run = subprocess.run(  # noqa: ASYNC221 - a test waits
                [sys.executable, "-m", "market", command],
                env=env,
                capture_output=True,
                check=False,
                text=True,
            )
            assert run.returncode == 1, run.stderr
            assert "数据库已升级到比本程序更新的版本（9999_later）" in run.stderr
            assert "newer version (9999_later)" in run.stderr
            assert "Traceback" not in run.stderr
