"""What the steps of a round leave stands in tables of their own, not in columns of the round."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from market.infra.migration import DropColumns, Statements

STEPS = {
    "selection_freeze": (
        'sha256, "index", at, count, snapshot_sha256',
        "freeze_sha256, freeze_index, frozen_at, count, snapshot_sha256",
        "freeze_sha256 IS NOT NULL",
    ),
    "selection_decision": (
        '"index", at, transcript_sha256, ranking_sha256, chosen, moves',
        "decided_index, decided_at, transcript_sha256, ranking_sha256, chosen, moves",
        "transcript_sha256 IS NOT NULL",
    ),
    "selection_judging": (
        "flagged, explanation, accepted",
        "flagged, explanation, explanation_accepted",
        "flagged IS NOT NULL",
    ),
    "selection_result": (
        "winner, winner_name, price_fen, revealed_at, publicity_until, concluded_at",
        "winner, winner_name, winner_price_fen, revealed_at, publicity_until, concluded_at",
        "winner IS NOT NULL",
    ),
}
MOVED = (
    *("snapshot_sha256", "freeze_sha256", "freeze_index", "frozen_at", "count"),
    *("transcript_sha256", "ranking_sha256", "decided_index", "decided_at", "chosen", "moves"),
    *("flagged", "explanation", "explanation_accepted"),
    *("winner", "winner_name", "winner_price_fen", "revealed_at", "publicity_until"),
    "concluded_at",
)


def round_key():
    return fields.OneToOneField(
        "market.Round",
        source_field="round_id",
        primary_key=True,
        db_index=True,
        db_constraint=True,
        to_field="about",
        related_name=False,
        on_delete=fields.OnDelete.CASCADE,
    )


def step(name, table, *columns):
    return ops.CreateModel(
        name=name,
        fields=[("round", round_key()), *columns],
        options={"table": table, "app": "market", "pk_attr": "round_id"},
        bases=["Model"],
    )


def json(**how):
    return fields.JSONField(encoder=JSON_DUMPS, decoder=loads, **how)


class Migration(migrations.Migration):
    dependencies = [("market", "0005_what_grows")]
    operations = [
        step(
            "Freeze",
            "selection_freeze",
            ("sha256", fields.CharField(max_length=64)),
            ("index", fields.BigIntField()),
            ("at", fields.DatetimeField()),
            ("count", fields.IntField()),
            ("snapshot_sha256", fields.CharField(null=True, max_length=64)),
        ),
        step(
            "Decision",
            "selection_decision",
            ("index", fields.BigIntField()),
            ("at", fields.DatetimeField(db_index=True)),
            ("transcript_sha256", fields.CharField(max_length=64)),
            ("ranking_sha256", fields.CharField(null=True, max_length=64)),
            ("chosen", fields.CharField(null=True, max_length=64)),
            ("moves", json(default=list)),
        ),
        step(
            "Judging",
            "selection_judging",
            ("flagged", json()),
            ("explanation", fields.TextField(null=True)),
            ("accepted", fields.BooleanField(null=True)),
        ),
        step(
            "Result",
            "selection_result",
            ("winner", fields.CharField(db_index=True, max_length=40)),
            ("winner_name", fields.CharField(max_length=200)),
            ("price_fen", fields.BigIntField(null=True)),
            ("revealed_at", fields.DatetimeField()),
            ("publicity_until", fields.DatetimeField()),
            ("concluded_at", fields.DatetimeField(null=True)),
        ),
        *(
            Statements(
                f"INSERT INTO {table} (round_id, {names})"
                f" SELECT about, {columns} FROM selection_round WHERE {taken}",
                unless=f"SELECT 1 FROM {table}",
            )
            for table, (names, columns, taken) in STEPS.items()
        ),
        DropColumns("Round", "selection_round", *MOVED),
    ]
