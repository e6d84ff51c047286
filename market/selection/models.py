"""Tables of the rounds. Nothing here joins an account to a one-time key.

``Admitted`` holds keys, ``Nullifier`` holds MACs under a key that is not in this database; neither
has a time or a counter, and both are keyed by random-looking values. Nor do their places in the
file tell an order (``UNORDERED``): the n-th key would be that of the n-th asking.
"""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from market.selection.states import State


class Round(Model):
    """One attempt at one project. ``about``: its name in the ledger, ``round:<code>/<attempt>``."""

    about = fields.CharField(max_length=80, primary_key=True)
    project = fields.CharField(max_length=40, db_index=True)
    attempt = fields.IntField()
    way = fields.CharField(max_length=20)
    pool = fields.CharField(max_length=20)
    state = fields.CharEnumField(State, max_length=20, db_index=True)
    owner = fields.CharField(max_length=40)
    item = fields.CharField(max_length=40)
    region = fields.CharField(max_length=6)
    control_price_fen = fields.BigIntField(null=True)
    terms: Any = fields.JSONField()
    published_at = fields.DatetimeField()
    opens_at = fields.DatetimeField()
    deadline_at = fields.DatetimeField(db_index=True)
    extended = fields.BooleanField(default=False)
    closing_at = fields.DatetimeField(null=True)
    snapshot_sha256 = fields.CharField(max_length=64, null=True)
    freeze_sha256 = fields.CharField(max_length=64, null=True)
    freeze_index = fields.BigIntField(null=True)
    frozen_at = fields.DatetimeField(null=True)
    count = fields.IntField(null=True)
    transcript_sha256 = fields.CharField(max_length=64, null=True)
    ranking_sha256 = fields.CharField(max_length=64, null=True)
    decided_index = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    chosen = fields.CharField(max_length=64, null=True)
    flagged: Any = fields.JSONField(null=True)
    moves: Any = fields.JSONField(default=list)
    winner = fields.CharField(max_length=40, null=True)
    winner_name = fields.CharField(max_length=200, null=True)
    winner_price_fen = fields.BigIntField(null=True)
    revealed_at = fields.DatetimeField(null=True)
    publicity_until = fields.DatetimeField(null=True)
    explanation = fields.TextField(null=True)
    explanation_accepted = fields.BooleanField(null=True)
    concluded_at = fields.DatetimeField(null=True)
    failure = fields.CharField(max_length=40, null=True)
    failure_by = fields.CharField(max_length=60, null=True)
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "selection_round"
        unique_together = (("project", "attempt"),)


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
    """One upload: application and identity of a one-time key, with the salt of its blind entry."""

    application = fields.CharField(max_length=64, primary_key=True)
    identity = fields.CharField(max_length=64)
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
    at = fields.DatetimeField()

    class Meta:
        table = "selection_trustee_alarm"


UNORDERED_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {table}_anywhere AFTER INSERT ON {table} BEGIN UPDATE {table}"  # noqa: S608 - our own names
    " SET rowid = abs(random() % 4611686018427387904) WHERE rowid = new.rowid; END"
    for table in ("selection_admitted", "selection_nullifier", "selection_envelope")
)
