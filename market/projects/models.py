"""Tables of this room.

``typed`` is the form as it was filled, right or wrong; the other columns hold the checked need.
``words`` is what it is found by (``market.web.search``), ``by_*`` are the unique columns that its
lists are sorted by (``market.web.paging``). ``drafter`` is the person who changed or checked it
last, ``publisher`` who published it, ``sent_back`` why a second person would not. Codes of
organisations and items are checked by the use cases that write them.
"""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from market.projects.states import Pool, State, Way


class Project(Model):
    """One project (采购项目). ``need`` is the canonical public need, fixed when it became ready."""

    code = fields.CharField(max_length=32, primary_key=True)
    state = fields.CharEnumField(State, max_length=12, default=State.DRAFT)
    owner = fields.CharField(max_length=40, db_index=True)
    owner_name = fields.CharField(max_length=200)
    drafter = fields.CharField(max_length=40)
    publisher: str | None = fields.CharField(max_length=40, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    sent_back: Any = fields.JSONField(null=True)
    typed: Any = fields.JSONField()
    need: Any = fields.JSONField(null=True)
    title = fields.CharField(max_length=80, default="")
    summary = fields.TextField(default="")
    region = fields.CharField(max_length=6, default="", db_index=True)
    item = fields.CharField(max_length=40, default="", db_index=True)
    way: Way | None = fields.CharEnumField(Way, max_length=12, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    pool: Pool | None = fields.CharEnumField(Pool, max_length=12, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    fiscal = fields.BooleanField(default=False)
    control_price_fen: int | None = fields.BigIntField(null=True)
    deadline_at: datetime | None = fields.DatetimeField(null=True)
    avoid: Any = fields.JSONField(default=list)
    witnesses: Any = fields.JSONField(default=list)
    attempt = fields.IntField(default=1)
    round_state: str | None = fields.CharField(max_length=40, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField(db_index=True)
    published_at: datetime | None = fields.DatetimeField(null=True, db_index=True)
    extended_at: datetime | None = fields.DatetimeField(null=True)
    extensions = fields.IntField(default=0, db_default=0)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    concluded_at: datetime | None = fields.DatetimeField(null=True)
    decided_fen: int | None = fields.BigIntField(null=True)
    ended_reason: str | None = fields.CharField(max_length=80, null=True)  # type: ignore[assignment]  # Tortoise descriptor

    words = fields.TextField(default="")
    by_newest = fields.CharField(max_length=64, default="", db_index=True)
    by_deadline = fields.CharField(max_length=64, default="", db_index=True)
    by_price = fields.CharField(max_length=64, default="", db_index=True)

    class Meta:
        table = "projects_project"
        indexes = (("state", "deadline_at"), ("region", "published_at"))


class Redo(Model):
    """Why another attempt was asked for after the failed round ``about``, and who signed it.

    ``owner`` and ``regulator`` are as the ledger names them; the signatures are CAdES-B-T over
    ``statement``.
    """

    about = fields.CharField(max_length=80, primary_key=True)
    project = fields.CharField(max_length=32, db_index=True)
    attempt = fields.IntField()
    reason = fields.CharField(max_length=40)
    statement = fields.BinaryField()
    statement_sha256 = fields.CharField(max_length=64, db_index=True)
    owner: Any = fields.JSONField()
    owner_cms = fields.BinaryField()
    regulator: Any = fields.JSONField(null=True)
    regulator_cms: Any = fields.BinaryField(null=True)
    asked_at = fields.DatetimeField()
    agreed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "projects_redo"


class ProjectNumber(Model):
    """The last number given out under a prefix and year, such as ``DZ-2026``."""

    series = fields.CharField(max_length=16, primary_key=True)
    number = fields.IntField()

    class Meta:
        table = "projects_number"
