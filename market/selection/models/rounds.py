"""Rounds, who adds to their seed, and their documents."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from market.selection import machine
from market.selection.states import RoundState


class StateField(fields.CharField[str]):
    """A state by its value: one of any round, or one that a way adds."""

    def to_python_value(self, value: Any) -> RoundState:
        """The state; raises ``ValueError`` for what is none."""
        if value not in machine.STATES:
            raise ValueError(f"{value!r} is no state of a round")
        return machine.STATES[value]

    def to_db_value(self, value: Any, _instance: Any) -> str:
        """Its value."""
        return str(value)


class Round(Model):
    """One attempt at one project. ``about``: its name in the ledger, ``round:<code>/<attempt>``.

    What its steps leave stands in ``steps``.
    """

    about = fields.CharField(max_length=80, primary_key=True)
    project = fields.CharField(max_length=40, db_index=True)
    attempt = fields.IntField()
    way = fields.CharField(max_length=20)
    pool = fields.CharField(max_length=20)
    state: RoundState = StateField(max_length=20)  # type: ignore[assignment]  # a descriptor
    owner = fields.CharField(max_length=40)
    item = fields.CharField(max_length=40)
    region = fields.CharField(max_length=6)
    control_price_fen = fields.BigIntField(null=True)
    terms: Any = fields.JSONField()
    published_at = fields.DatetimeField(db_index=True)
    opens_at = fields.DatetimeField()
    deadline_at = fields.DatetimeField(db_index=True)
    extended = fields.BooleanField(default=False)
    closing_at = fields.DatetimeField(null=True)
    failure = fields.CharField(max_length=40, null=True)
    failure_by = fields.CharField(max_length=60, null=True)
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_round"
        unique_together = (("project", "attempt"),)
        indexes = (("state", "deadline_at"),)


class Contribution(Model):
    """One role's commitment to its part of the seed, and the envelope that holds the secret."""

    id = fields.UUIDField(primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="contributions")
    role = fields.CharField(max_length=60)
    commit = fields.CharField(max_length=64)
    envelope = fields.CharField(max_length=64)
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_contribution"
        unique_together = (("round", "role"),)


class Paper(Model):
    """A document of a round by its hash: snapshot, pool, freeze, transcript, ranking.

    In the database, so that the entry that names it and the bytes are committed together.
    """

    sha256 = fields.CharField(max_length=64, primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="papers")
    name = fields.CharField(max_length=20)
    data = fields.BinaryField()

    class Meta:
        table = "selection_paper"
