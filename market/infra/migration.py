"""A step of a migration that Tortoise has no word for: statements, for each database its own."""

from tortoise.migrations.operations import TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class Statements(TortoiseOperation):
    """Statements on one ``dialect`` (``sqlite``, ``postgres``), or on both when it is None.

    Nothing is done when the question ``unless`` finds a row: what is there already stays.
    """

    def __init__(self, *statements: str, dialect: str | None = None, unless: str = "") -> None:
        self.statements = statements
        self.dialect = dialect
        self.unless = unless

    async def database_forward(
        self,
        app_label: str,  # noqa: ARG002 - Tortoise's signature, here and below
        old_state: State,  # noqa: ARG002
        new_state: State,  # noqa: ARG002
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Run them one by one: SQLite's ``executescript`` would commit the migration half-way."""
        client = None if state_editor is None else state_editor.client
        if client is None or self.dialect not in {None, client.capabilities.dialect}:
            return
        if self.unless and await client.execute_query_dict(self.unless):
            return
        for statement in self.statements:
            await client.execute_query(statement)


class DropColumns(TortoiseOperation):
    """Columns of ``model`` that are no more; both databases drop one without copying the table."""

    def __init__(self, model: str, table: str, *names: str) -> None:
        self.model = model
        self.table = table
        self.names = names

    def state_forward(self, app_label: str, state: State) -> None:
        """Forget them."""
        held = self.get_model_state(state, app_label, self.model)
        for name in self.names:
            held.fields.pop(name)
        state.reload_models({(app_label, self.model)})

    async def database_forward(
        self,
        app_label: str,  # noqa: ARG002 - Tortoise's signature, here and below
        old_state: State,  # noqa: ARG002
        new_state: State,  # noqa: ARG002
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Drop them one by one."""
        if state_editor is None:
            return
        for name in self.names:
            await state_editor.client.execute_query(f"ALTER TABLE {self.table} DROP COLUMN {name}")
