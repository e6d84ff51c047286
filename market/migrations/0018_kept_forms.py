"""What somebody had typed when their session ended waits in a table of its own."""

from tortoise import fields, migrations
from tortoise.fields import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0017_for_drafting")]
    operations = [
        ops.CreateModel(
            name="KeptForm",
            fields=[
                (
                    "code",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "market.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="code",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("path", fields.CharField(max_length=300)),
                ("typed", fields.BinaryField()),
                ("until_at", fields.DatetimeField(db_index=True)),
            ],
            options={"table": "accounts_kept_form", "app": "market", "pk_attr": "code"},
            bases=["Model"],
        ),
    ]
