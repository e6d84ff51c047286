"""What comes in sealed. Nothing here joins an account to a one-time key.

``Admitted`` holds keys, ``Nullifier`` holds MACs under a key that is not in this database; neither
has a time or a counter, and both are keyed by random-looking values. Nor do their places in the
file tell an order (migration 0002): the n-th key would be that of the n-th asking.
"""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Envelope(Model):
    """The stored bytes of one sealed envelope, by their hash."""

    sha256 = fields.CharField(max_length=64, primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="envelopes")
    kind = fields.CharField(max_length=20)
    author = fields.CharField(max_length=64)
    seq = fields.BigIntField()
    data = fields.BinaryField()
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_envelope"
        unique_together = (("round", "kind", "author", "seq"),)


class Submission(Model):
    """One upload of a one-time key, known by its application, with the salt of its blind entry.

    Its envelopes are those of the same round, author and seq, of the kinds that its way asks for.
    """

    application = fields.CharField(max_length=64, primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="submissions")
    author = fields.CharField(max_length=64)
    seq = fields.BigIntField()
    salt = fields.CharField(max_length=64)
    at = fields.DatetimeField()
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_submission"
        unique_together = (("round", "author", "seq"),)


class Withdrawal(Model):
    """A withdrawal signed by the one-time key; voids what has its seq or a lower one."""

    sha256 = fields.CharField(max_length=64, primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="withdrawals")
    author = fields.CharField(max_length=64)
    seq = fields.BigIntField()
    body: Any = fields.JSONField()
    salt = fields.CharField(max_length=64)
    at = fields.DatetimeField()
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_withdrawal"
        unique_together = (("round", "author", "seq"),)


class Admitted(Model):
    """A one-time key that may apply, and the escrow envelope that names its agency to a court only.

    Keys are unique over all rounds: a key ever seen elsewhere is refused.
    """

    author = fields.CharField(max_length=64, primary_key=True)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="admitted")
    commit = fields.CharField(max_length=64)
    red = fields.BooleanField()
    escrow = fields.CharField(max_length=64)

    class Meta:
        table = "selection_admitted"


class Nullifier(Model):
    """That each comes only once: MACs under the round's own secret.

    One of the agency, one of agency and key.
    """

    value = fields.CharField(max_length=64, primary_key=True)
    pair = fields.CharField(max_length=64)
    round_id: str
    round: Any = fields.ForeignKeyField("market.Round", related_name="nullifiers")

    class Meta:
        table = "selection_nullifier"
