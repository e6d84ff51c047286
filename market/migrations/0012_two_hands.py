"""Who drafted a project last, who published it, and why a second person sent it back."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0011_stars_weighed_by_ratings")]
    operations = [
        ops.RenameField("Project", "person", "drafter"),
        ops.AddField("Project", "publisher", fields.CharField(max_length=40, null=True)),
        ops.AddField("Project", "sent_back", fields.JSONField(null=True)),
    ]
