"""Which envelopes came together: those of one author and count, however many its way asks for."""

from tortoise import migrations

from market.infra.migration import DropColumns


class Migration(migrations.Migration):
    dependencies = [("market", "0008_rounds_by_state")]
    operations = [DropColumns("Submission", "selection_submission", "identity")]
