"""The tables of all rooms, and how a database comes to have them: migrations, one set for both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import ConnectionHandler
from tortoise.migrations import operations as ops
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from market import rooms
from market.infra import db
from market.infra.migration import DropColumns, Statements
from market.kernel.errors import Kind, MarketError

APP = "market"
MODELS = ("market.infra.idempotency", *rooms.names("models"))
ADDING = (
    *(ops.CreateModel, ops.AddField, ops.AddIndex, ops.AddConstraint),
    *(Statements, DropColumns),
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4611686018427387001)"


async def prepare(apps: dict[str, Any]) -> None:
    """Bring the database to this version, whole or not at all: a start that is killed did nothing.

    Several workers may start together: one of them does it, the others wait.
    """
    if await _Migrations(db.connection(), apps).are_missing():
        async with _alone() as client:
            await _Migrations(client, apps).apply_missing()


@asynccontextmanager
async def _alone() -> AsyncIterator[BaseDBAsyncClient]:
    """One transaction, which no other worker's runs beside.

    SQLite changes a table by copying it, and would take the rows that point to it along with the
    old one: it looks at them at the end instead.
    """
    if db.is_postgres():
        async with db.unit() as running:
            await running.connection.execute_query(_ONE_AT_A_TIME)
            yield running.connection
        return
    await db.connection().execute_query("PRAGMA foreign_keys = OFF")
    try:
        async with db.unit() as running:
            yield running.connection
            astray = await running.connection.execute_query_dict("PRAGMA foreign_key_check")
            if astray:
                raise RuntimeError(f"a migration leaves rows that point nowhere: {astray[:3]}")
    finally:
        await db.connection().execute_query("PRAGMA foreign_keys = ON")


class _Migrations(MigrationExecutor):
    """Tortoise's, in one transaction; it copies what it knows of all tables only where it must.

    What adds asks nothing of what was before: an empty database comes to its tables in a tenth of
    the time.
    """

    async def are_missing(self) -> bool:
        """Whether this version has migrations that the database has not seen; refuses the other."""
        await self.loader.build_graph()
        known, applied = set(self._full_plan()), self.loader.applied_migrations
        if newer := ", ".join(sorted(key.name for key in applied - known)):
            raise MarketError("database.newer", Kind.UNAVAILABLE, migrations=newer)
        return known != applied

    async def apply_missing(self) -> None:
        """Apply and record them, in their order."""
        editor = self._schema_editor()
        book = editor._get_model_sql_data(self.recorder.model).table_sql  # noqa: SLF001 - its own ensure_schema commits
        await self.connection.execute_query(book.replace("TABLE", "TABLE IF NOT EXISTS", 1))
        await self.loader.build_graph()
        state = State({}, StateApps(connections=ConnectionHandler()))
        for key in self._full_plan():
            missing = key not in self.loader.applied_migrations
            for step in self.loader.disk_migrations[key].operations:
                before = state if isinstance(step, ADDING) or not missing else state.clone()
                step.state_forward(key.app_label, state)
                if missing:
                    await step.database_forward(key.app_label, before, state, editor)
            if missing:
                await self.recorder.record_applied(key.app_label, key.name)
