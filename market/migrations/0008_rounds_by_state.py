"""Which rounds are due: the clock asks twice a second, of all there ever were."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from market.infra.migration import Statements


class Migration(migrations.Migration):
    dependencies = [("market", "0007_in_publicity")]
    operations = [
        ops.AddIndex("Round", Index(fields=("state", "deadline_at"))),
        # It begins the new one, and SQLite would go by it.
        Statements("DROP INDEX IF EXISTS idx_selection_r_state_d18d3b"),
    ]
