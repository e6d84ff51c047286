"""When the quorum had seen a checkpoint: what a deadline asks of all of them is then one question.

What was collected before says so in its lines alone, which only the trustees' keys can tell; it is
read there (``market/audit/publish.py``).
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from market.infra.migration import Statements


class Migration(migrations.Migration):
    dependencies = [("market", "0002_beside_the_models")]
    operations = [
        ops.AddField("Checkpoint", "quorum_at", fields.BigIntField(null=True)),
        ops.AddIndex("Checkpoint", Index(fields=("witnessed", "size", "quorum_at"))),
        # It begins the new one, and SQLite would go by it.
        Statements("DROP INDEX IF EXISTS idx_ledger_chec_witness_f3f89c"),
    ]
