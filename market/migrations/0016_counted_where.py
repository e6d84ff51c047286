"""Wrong sign-ins are counted where they happen, not under a name alone; what was counted lapses."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("market", "0015_deadlines_that_moved")]
    operations = [
        ops.RenameField("SignInFailure", "login_sha256", "key"),
        ops.AddField("SignInFailure", "login_sha256", fields.CharField(max_length=64, null=True)),
        ops.AddIndex("SignInFailure", Index(fields=("login_sha256",))),
    ]
