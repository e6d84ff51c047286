"""Which results are still in publicity: the clock asks twice a second, of all there ever were."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0006_steps_of_a_round")]
    operations = [ops.AddIndex("Result", Index(fields=("concluded_at", "publicity_until")))]
