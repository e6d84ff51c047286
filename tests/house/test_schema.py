"""The migrations make exactly the tables and columns that the models speak of."""

from hashlib import sha256
from pathlib import Path

from tortoise import Tortoise

from market import migrations
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


# A migration that has landed has run somewhere: what it was must stay, a change is another one.
LANDED = {
    "0001_initial.py": "6c031982d8bf1cc60028cbc76cc8b9d44e28163a9b82906ebe1af0f9dd0b3396",
}


def test_landed_migrations_stay_byte_for_byte() -> None:
    folder = Path(migrations.__file__).parent
    assert {name: sha256((folder / name).read_bytes()).hexdigest() for name in LANDED} == LANDED
