"""The tables of all rooms, and how a database comes to have them: migrations, one set for both."""

from typing import Any

from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from market.audit.models import EXTRAS, EXTRAS_SQLITE, LedgerHead
from market.infra import db, finding
from market.selection.models import UNORDERED_SQLITE

APP = "market"
MODELS = (
    "market.infra.idempotency",
    "market.audit.models",
    "market.accounts.models",
    "market.catalogue.models",
    "market.agencies.models",
    "market.documents.models",
    "market.projects.models",
    "market.selection.models",
)
SEARCHED = (("agencies_agency", "number"),)


async def prepare(apps: dict[str, Any]) -> None:
    """Bring the database to this version; a migration that fails leaves it as it was."""
    executor = MigrationExecutor(db.connection(), apps)
    await executor.migrate([MigrationTarget(app_label=APP, name="__latest__")])
    for table, number in SEARCHED:
        await finding.prepare(table, number)
    if not db.is_postgres():
        for statement in UNORDERED_SQLITE:
            await db.connection().execute_script(statement)
    if await LedgerHead.get_or_none(id=1) is None:
        for statement in EXTRAS if db.is_postgres() else EXTRAS_SQLITE:
            await db.connection().execute_script(statement)
        await LedgerHead.create(id=1)
