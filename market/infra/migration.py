"""A step of a migration that Tortoise has no word for: statements, for each database its own."""

from collections.abc import Callable
from typing import Final

from tortoise.migrations.operations import TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

AT_ONCE: Final = 1000


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


class Computed(TortoiseOperation):
    """A column that follows from another one of its row, for the rows that are there already."""

    def __init__(
        self, table: str, key: str, column: str, computed: str, rule: Callable[[str], str]
    ) -> None:
        self.ask = (
            f"SELECT {key} AS k, {column} AS v FROM {table} "  # noqa: S608 - names of a migration
            f"WHERE {key} > {{0}} ORDER BY {key} LIMIT {AT_ONCE}"
        )
        self.write = f"UPDATE {table} SET {computed} = {{0}} WHERE {key} = {{1}}"  # noqa: S608 - as above
        self.rule = rule

    async def database_forward(
        self,
        app_label: str,  # noqa: ARG002 - Tortoise's signature, here and below
        old_state: State,  # noqa: ARG002
        new_state: State,  # noqa: ARG002
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Compute it for all of them, so many at once."""
        if state_editor is None:
            return
        client, last = state_editor.client, ""
        marks = ("$1", "$2") if client.capabilities.dialect == "postgres" else ("?", "?")
        while rows := await client.execute_query_dict(self.ask.format(*marks), [last]):
            values = [[self.rule(row["v"]), row["k"]] for row in rows]
            await client.execute_many(self.write.format(*marks), values)
            last = rows[-1]["k"]


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
