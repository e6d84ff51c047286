"""A change of rights that takes two waits in a table of its own."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0013_attachments")]
    operations = [
        ops.CreateModel(
            name="RightsRequest",
            fields=[
                (
                    "code",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20),
                ),
                ("act", fields.CharField(max_length=20)),
                ("person", fields.CharField(db_index=True, max_length=20)),
                ("name", fields.CharField(max_length=60)),
                ("role", fields.CharField(null=True, max_length=20)),
                ("wish", fields.BinaryField()),
                ("state", fields.CharField(default="waiting", max_length=12)),
                ("waiting", fields.CharField(null=True, unique=True, max_length=130)),
                ("asked_by", fields.CharField(max_length=20)),
                ("asked_as", fields.CharField(max_length=20)),
                ("asked_at", fields.DatetimeField(db_index=True)),
                ("until_at", fields.DatetimeField()),
                ("closed_by", fields.CharField(null=True, max_length=20)),
                ("closed_at", fields.DatetimeField(null=True)),
            ],
            options={"table": "accounts_request", "app": "market", "pk_attr": "code"},
            bases=["Model"],
        ),
    ]
