"""An owner's role may be for drafting only."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0016_counted_where")]
    operations = [
        ops.AddField("Grant", "drafts_only", fields.BooleanField(default=False, db_default=False)),
    ]
