"""Files that hang on a project: kept by hash, named by a row each."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0012_two_hands")]
    operations = [
        ops.CreateModel(
            name="Attachment",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ("about", fields.CharField(db_index=True, max_length=80)),
                ("place", fields.IntField()),
                ("name", fields.CharField(max_length=200)),
                ("kind", fields.CharField(max_length=20)),
                ("bytes", fields.BigIntField()),
                ("sha256", fields.CharField(max_length=64)),
                ("listed", fields.BooleanField(default=True)),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("published_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "documents_attachment",
                "app": "market",
                "unique_together": (("about", "sha256"),),
                "pk_attr": "code",
            },
            bases=["Model"],
        )
    ]
