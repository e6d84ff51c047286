"""An empty database comes to its tables by a shorter way than Tortoise's; they are the same."""

import sqlite3
from pathlib import Path

import pytest
from tortoise.migrations.executor import MigrationExecutor

from market import schema
from market.city import open_database
from market.settings import Settings

HELD = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"


async def _tables(folder: Path) -> list[tuple[str, ...]]:
    async with open_database(Settings(data=folder)):
        pass
    with sqlite3.connect(folder / "market.sqlite") as raw:
        found = raw.execute(HELD).fetchall()
    raw.close()
    return found


async def test_both_ways_make_the_same_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = await _tables(tmp_path / "short")
    monkeypatch.setattr(schema, "_Executor", MigrationExecutor)
    long = await _tables(tmp_path / "long")
    assert len(short) > 30
    assert short == long
