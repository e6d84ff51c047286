"""Opening orders of regulators, and by whose clock a trustee goes. Made by `tortoise makemigrations`."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('market', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='OpeningOrder',
            fields=[
                ('sha256', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('round', fields.ForeignKeyField('market.Round', source_field='round_id', db_constraint=True, to_field='about', related_name='orders', on_delete=OnDelete.CASCADE)),
                ('leaf', fields.CharField(max_length=64)),
                ('envelope', fields.OneToOneField('market.Envelope', source_field='envelope_id', db_constraint=True, to_field='sha256', related_name='order', on_delete=OnDelete.CASCADE)),
                ('body', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('ordered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('opened_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('binds', fields.BooleanField(null=True)),
                ('agency', fields.CharField(null=True, max_length=40)),
                ('act', fields.ForeignKeyField('market.LedgerAct', source_field='act_id', db_constraint=True, to_field='token', related_name=False, on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'selection_opening_order', 'app': 'market', 'pk_attr': 'sha256'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='TrusteeSeen',
            name='demo_clock',
            field=fields.BooleanField(default=False),
        ),
    ]
