"""The migrations make exactly the tables and columns that the models speak of."""

from tortoise import Tortoise

from market.infra import db
from tests.factories.city import TestCity


async def test_migrations_and_models_agree(city: TestCity) -> None:
    models = Tortoise.apps["market"].values()
    assert len(models) > 30
    for model in models:
        meta = model._meta
        rows = await db.connection().execute_query_dict(f"PRAGMA table_info({meta.db_table})")
        columns = {row["name"] for row in rows}
        assert columns == set(meta.fields_db_projection.values()), meta.db_table
        required = {row["name"] for row in rows if row["notnull"] or row["pk"]}
        assert required == {
            meta.fields_db_projection[name]
            for name, field in meta.fields_map.items()
            if name in meta.fields_db_projection and not field.null
        }, meta.db_table
