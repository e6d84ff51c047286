"""What an overseer's desk is read by: rounds and projects, the newest publication first."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0003_quorum_at")]
    operations = [
        ops.AddIndex("Project", Index(fields=("region", "published_at"))),
        ops.AddIndex("Round", Index(fields=("published_at",))),
    ]
