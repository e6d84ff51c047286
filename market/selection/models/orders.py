"""What regulators order: the name behind one code, or a blind audit of a round."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class OpeningOrder(Model):
    """A regulator's signed order to open the escrow behind one code, and what the escrow said.

    ``agency`` stays here, for the regulator; what the ledger names is a breach that was proved.
    """

    sha256 = fields.CharField(max_length=64, primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="orders")
    leaf = fields.CharField(max_length=64)
    envelope_id: str
    envelope: Any = fields.OneToOneField("market.Envelope", related_name="order")
    body: Any = fields.JSONField()
    ordered_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    binds = fields.BooleanField(null=True)
    agency = fields.CharField(max_length=40, null=True)
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_opening_order"


class BlindAudit(Model):
    """A regulator's signed order to audit a round blindly, and the signed finding."""

    round_id: str
    round: Any = fields.OneToOneField(
        "market.Round", related_name="audit", primary_key=True, source_field="round_id"
    )
    order_sha256 = fields.CharField(max_length=64, unique=True)
    body: Any = fields.JSONField()
    ordered_at = fields.DatetimeField()
    finding_sha256 = fields.CharField(max_length=64, default="")
    finding: Any = fields.JSONField(null=True)
    found_at = fields.DatetimeField(null=True)
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_blind_audit"


class SealedShare(Model):
    """A trustee's message for an audit: its shares of all identities, sealed to the regulator."""

    id = fields.UUIDField(primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="sealed_shares")
    trustee = fields.CharField(max_length=40)
    body: Any = fields.JSONField()

    class Meta:
        table = "selection_sealed_share"
        unique_together = (("round", "trustee"),)
