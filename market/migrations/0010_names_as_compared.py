"""An agency is found by its name in whichever way that is typed."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from market.infra.migration import Computed
from market.kernel.names import name_key


class Migration(migrations.Migration):
    dependencies = [("market", "0009_envelopes_by_way")]
    operations = [
        ops.AddField("Agency", "name_key", fields.CharField(max_length=120, null=True)),
        ops.AddIndex("Agency", Index(fields=("name_key",))),
        Computed("agencies_agency", "code", "name", "name_key", name_key),
    ]
