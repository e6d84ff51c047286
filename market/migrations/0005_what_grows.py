"""What is asked of tables that grow: papers by hash, alarms by time, decisions by month, histories.

A name in the ledger is found by its beginning, which takes an order that goes by bytes; SQLite has
no other.
"""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from market.infra.migration import Statements


class Migration(migrations.Migration):
    dependencies = [("market", "0004_by_publication")]
    operations = [
        ops.AddIndex("SignedPaper", Index(fields=("state",))),
        ops.AddIndex("SignedPaper", Index(fields=("data_sha256",))),
        ops.AddIndex("SignedPaper", Index(fields=("pdf_sha256",))),
        ops.AddIndex("TrusteeAlarm", Index(fields=("at",))),
        Statements(
            'ALTER TABLE ledger_entry ALTER COLUMN about TYPE VARCHAR(120) COLLATE "C"',
            dialect="postgres",
        ),
    ]
