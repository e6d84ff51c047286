"""When sign-up was extended last, and how often: subscribers are told by it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0014_two_for_rights")]
    operations = [
        ops.AddField("Project", "extended_at", fields.DatetimeField(null=True)),
        ops.AddField("Project", "extensions", fields.IntField(default=0, db_default=0)),
    ]
