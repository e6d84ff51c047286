"""What trustees say and give, and what it opens."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class BoxReport(Model):
    """A trustee's signed word on its own box in an envelope.

    ``counted`` when it came before the freeze.
    """

    id = fields.UUIDField(primary_key=True)
    envelope_id: str
    envelope: Any = fields.ForeignKeyField("market.Envelope", related_name="reports")
    trustee = fields.CharField(max_length=40)
    ok = fields.BooleanField()
    counted = fields.BooleanField()
    body: Any = fields.JSONField()

    class Meta:
        table = "selection_box_report"
        unique_together = (("envelope", "trustee"),)


class Release(Model):
    """A trustee's signed release; the shares that came with it are ``Share`` rows."""

    id = fields.UUIDField(primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="releases")
    trustee = fields.CharField(max_length=40)
    kind = fields.CharField(max_length=20)
    sha256 = fields.CharField(max_length=64, unique=True)
    body: Any = fields.JSONField()
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_release"


class Share(Model):
    """One share of one envelope's key."""

    id = fields.UUIDField(primary_key=True)
    envelope_id: str
    envelope: Any = fields.ForeignKeyField("market.Envelope", related_name="shares")
    x = fields.IntField()
    share = fields.CharField(max_length=64)

    class Meta:
        table = "selection_share"
        unique_together = (("envelope", "x"),)


class Opened(Model):
    """What an envelope held; null when no trustees could have read it."""

    envelope_id: str
    envelope: Any = fields.OneToOneField(
        "market.Envelope", related_name="opened", primary_key=True, source_field="envelope_id"
    )
    payload: Any = fields.BinaryField(null=True)

    class Meta:
        table = "selection_opened"


class TrusteeSeen(Model):
    """When a trustee last called, how much of the ledger it holds, and by whose clock it goes.

    ``said_at`` is the hour of its last greeting by its own clock: an older one is a replay.
    """

    trustee = fields.CharField(max_length=40, primary_key=True)
    at = fields.DatetimeField()
    said_at = fields.DatetimeField()
    size = fields.BigIntField()
    demo_clock = fields.BooleanField(default=False)

    class Meta:
        table = "selection_trustee_seen"


class TrusteeAlarm(Model):
    """What a trustee refused and why; both sides of a fork are kept."""

    id = fields.UUIDField(primary_key=True)
    trustee = fields.CharField(max_length=40)
    about = fields.CharField(max_length=80)
    code = fields.CharField(max_length=60)
    body: Any = fields.JSONField()
    at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "selection_trustee_alarm"
