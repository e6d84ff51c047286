"""Tables of this room. Texts stand in both languages; sums are fen, periods working days."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from market.catalogue.states import ItemState


class Department(Model):
    """A department that is answerable for items; its code is that of its organisation."""

    code = fields.CharField(max_length=20, primary_key=True)
    number = fields.IntField(unique=True)
    name = fields.CharField(max_length=60)
    name_en = fields.CharField(max_length=120)

    class Meta:
        table = "catalogue_department"


class ServiceItem(Model):
    """One intermediary service. ``bases`` is a list of law, article, law_en, article_en."""

    code = fields.CharField(max_length=40, primary_key=True)
    number = fields.IntField(unique=True)
    name = fields.CharField(max_length=60)
    name_en = fields.CharField(max_length=120)
    department: Any = fields.ForeignKeyField("market.Department", on_delete=fields.RESTRICT)
    department_id: str
    purpose = fields.TextField()
    purpose_en = fields.TextField()
    bases: Any = fields.JSONField()
    qualification = fields.TextField()
    qualification_en = fields.TextField()
    time_limit_days = fields.IntField()
    fee_basis = fields.CharField(max_length=120)
    fee_basis_en = fields.CharField(max_length=200)
    result_document = fields.CharField(max_length=120)
    result_document_en = fields.CharField(max_length=200)
    floor_fen = fields.BigIntField()
    ceiling_fen = fields.BigIntField()
    state = fields.CharEnumField(ItemState, max_length=12)
    words = fields.TextField()

    class Meta:
        table = "catalogue_item"
