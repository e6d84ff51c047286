"""Tables of this room.

Papers are ordered in the unit that gave rise to them, signed later, kept by hash; attachments are
files of others that hang on a thing.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class PaperState(StrEnum):
    """Whether a paper has been signed."""

    ORDERED = "ordered"
    SIGNED = "signed"


class SignedPaper(Model):
    """One paper. ``data`` is the canonical statement that it carries inside."""

    code = fields.CharField(max_length=20, primary_key=True)
    kind = fields.CharField(max_length=20)
    about = fields.CharField(max_length=80, db_index=True)
    state = fields.CharEnumField(
        PaperState, max_length=10, default=PaperState.ORDERED, db_index=True
    )
    data = fields.BinaryField()
    data_sha256 = fields.CharField(max_length=64, db_index=True)
    digest = fields.CharField(max_length=64, null=True)
    pdf_sha256 = fields.CharField(max_length=64, null=True, db_index=True)
    cms: Any = fields.BinaryField(null=True)
    ordered_at = fields.DatetimeField()
    signed_at = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)
    act: Any = fields.ForeignKeyField("market.LedgerAct", related_name=False)
    act_id: str

    class Meta:
        table = "documents_paper"
        unique_together = (("kind", "about"),)


class Attachment(Model):
    """One file that hangs on a thing. ``listed`` ones hang on it now.

    What was ever public stays, listed or not: the dossier of a former attempt names it.
    """

    code = fields.CharField(max_length=20, primary_key=True)
    about = fields.CharField(max_length=80, db_index=True)
    place = fields.IntField()
    name = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=20)
    bytes = fields.BigIntField()
    sha256 = fields.CharField(max_length=64)
    listed = fields.BooleanField(default=True)
    added_at = fields.DatetimeField()
    published_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "documents_attachment"
        unique_together = (("about", "sha256"),)
