"""The tables of all rooms, and how a database comes to have them: migrations, one set for both."""

from typing import Any

from tortoise.connection import ConnectionHandler
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.operations import CreateModel
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from market import rooms
from market.audit.models import EXTRAS, EXTRAS_SQLITE, LedgerHead
from market.infra import db, search_index
from market.selection.models import UNORDERED_SQLITE

APP = "market"
MODELS = ("market.infra.idempotency", *rooms.names("models"))
SEARCHED = (("agencies_agency", "stars_rank"),)


async def prepare(apps: dict[str, Any]) -> None:
    """Bring the database to this version; a migration that fails leaves it as it was."""
    executor = _Executor(db.connection(), apps)
    await executor.migrate([MigrationTarget(app_label=APP, name="__latest__")])
    for table, number in SEARCHED:
        await search_index.prepare(table, number)
    if not db.is_postgres():
        for statement in UNORDERED_SQLITE:
            await db.connection().execute_script(statement)
    if await LedgerHead.get_or_none(id=1) is None:
        for statement in EXTRAS if db.is_postgres() else EXTRAS_SQLITE:
            await db.connection().execute_script(statement)
        await LedgerHead.create(id=1)


class _Executor(MigrationExecutor):
    """Tortoise's, which before each step copies the description of every table there is.

    Creating a table asks nothing of what was before: an empty database comes to the same tables
    without the copies, in a tenth of the time.
    """

    async def _project_state(
        self, applied: set[MigrationKey], *, upto: MigrationKey | None = None
    ) -> State:
        steps = (step for one in self.loader.graph.nodes.values() if one for step in one.operations)
        if applied or not all(isinstance(step, CreateModel) for step in steps):
            return await super()._project_state(applied, upto=upto)
        return _NothingBefore({}, StateApps(connections=ConnectionHandler()))


class _NothingBefore(State):
    """A state that is only added to, and needs no connection."""

    def clone(self) -> "_NothingBefore":
        return self
