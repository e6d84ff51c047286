"""Tables of the ledger.

``LedgerAct`` ties a business row to its entry: the database refuses one without the other
(``act.token`` → ``entry.token`` is a deferred foreign key, made by migration 0002).
"""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model


class LedgerHead(Model):
    """One row: how long the ledger is. Locked last in every unit that writes entries."""

    id = fields.IntField(primary_key=True)
    size = fields.BigIntField(default=0)
    last_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "ledger_head"


class LedgerAct(Model):
    """The promise of an entry; business rows point here."""

    token = fields.CharField(max_length=40, primary_key=True)

    class Meta:
        table = "ledger_act"


class LedgerEntry(Model):
    """One entry: the stored bytes are what was hashed and what is published."""

    index = fields.BigIntField(primary_key=True, generated=False)
    token = fields.CharField(max_length=40, unique=True)
    about = fields.CharField(max_length=120, db_index=True)
    tag = fields.CharField(max_length=80)
    at = fields.DatetimeField()
    data = fields.BinaryField()
    leaf = fields.BinaryField()

    class Meta:
        table = "ledger_entry"


class Checkpoint(Model):
    """A signed tree head with the witness lines collected so far.

    ``quorum_at``: when the last of the first quorum had seen it, by the witnesses' own clocks, in
    seconds since 1970; None before that.
    """

    size = fields.BigIntField(primary_key=True, generated=False)
    note = fields.TextField()
    lines: Any = fields.JSONField()
    witnessed = fields.BooleanField(default=False)
    at = fields.DatetimeField()
    quorum_at = fields.BigIntField(null=True)

    class Meta:
        table = "ledger_checkpoint"
        indexes = (("witnessed", "size", "quorum_at"),)


class SecurityEvent(Model):
    """A refusal or a change of rights. No secret, no network address beyond its hash."""

    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField(db_index=True)
    key = fields.CharField(max_length=80)
    actor = fields.CharField(max_length=80)
    path = fields.CharField(max_length=200)
    facts: Any = fields.JSONField()

    class Meta:
        table = "security_event"
