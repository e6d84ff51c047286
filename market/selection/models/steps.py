"""What the steps of a round leave, a row each: frozen, decided, asked to clarify, named.

A row is there once its step was taken. Falling away takes the result back and asks anew.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from market.selection.states import RoundState, State


class StepRow(Model):
    """What one step leaves. ``reaches``: the states it led to, and the columns that say when."""

    reaches: ClassVar[Mapping[RoundState, str]] = {}
    round_id: str

    class Meta:
        abstract = True


class Freeze(StepRow):
    """What is opened together: the list by its hash, its entry, how many are in it.

    ``snapshot_sha256``: where every registered agency stood, in a pool of applicants.
    """

    reaches: ClassVar[Mapping[RoundState, str]] = {State.FROZEN: "at"}
    round: Any = fields.OneToOneField(
        "market.Round", related_name=False, primary_key=True, source_field="round_id"
    )
    sha256 = fields.CharField(max_length=64)
    index = fields.BigIntField()
    at = fields.DatetimeField()
    count = fields.IntField()
    snapshot_sha256 = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "selection_freeze"


class Decision(StepRow):
    """The draw by its documents, and who is chosen now: a leaf, None once nobody is left.

    ``moves``: rows {leaf, cause, evidence} of everybody who fell away, in order.
    """

    reaches: ClassVar[Mapping[RoundState, str]] = {State.DECIDED: "at"}
    round: Any = fields.OneToOneField(
        "market.Round", related_name=False, primary_key=True, source_field="round_id"
    )
    index = fields.BigIntField()
    at = fields.DatetimeField(db_index=True)
    transcript_sha256 = fields.CharField(max_length=64)
    ranking_sha256 = fields.CharField(max_length=64, null=True)
    chosen = fields.CharField(max_length=64, null=True)
    moves: Any = fields.JSONField(default=list)

    class Meta:
        table = "selection_decision"


class Clarification(StepRow):
    """What of the chosen price must be explained: why, what the winner says, whether it holds.

    Only where something must be. ``Judging`` in the migrations.
    """

    round: Any = fields.OneToOneField(
        "market.Round", related_name=False, primary_key=True, source_field="round_id"
    )
    flagged: Any = fields.JSONField()
    explanation = fields.TextField(null=True)
    accepted = fields.BooleanField(null=True)

    class Meta:
        table = "selection_judging"


class Result(StepRow):
    """Who was chosen, by name: since when it is public, until when, when it was final."""

    reaches: ClassVar[Mapping[RoundState, str]] = {
        State.REVEALED: "revealed_at",
        State.CONCLUDED: "concluded_at",
    }
    round: Any = fields.OneToOneField(
        "market.Round", related_name=False, primary_key=True, source_field="round_id"
    )
    winner = fields.CharField(max_length=40, db_index=True)
    winner_name = fields.CharField(max_length=200)
    price_fen = fields.BigIntField(null=True)
    revealed_at = fields.DatetimeField()
    publicity_until = fields.DatetimeField()
    concluded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "selection_result"
        indexes = (("concluded_at", "publicity_until"),)
