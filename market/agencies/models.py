"""Tables of this room.

Every sorting of the list is one unique column, so that pages can be cut by it (web/paging.py). What
is stored of people is what may be shown of them: names and numbers are masked before they come here
(个人信息保护法 arts. 6, 51). Days are the city's, sums fen, stars tenths (46 = 4.6, 0 = not rated
yet).
"""

from datetime import date
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from market.agencies.states import SizeClass, Standing


class Agency(Model):
    """An agency that has entered.

    ``code`` is its organisation's. ``number`` is the order of entry, ``name_key`` the name as it is
    compared.
    """

    code = fields.CharField(max_length=20, primary_key=True)
    number = fields.BigIntField(unique=True)
    name = fields.CharField(max_length=120, db_index=True)
    name_en = fields.CharField(max_length=160)
    credit_code = fields.CharField(max_length=18, unique=True)
    region = fields.CharField(max_length=6)
    size_class = fields.CharEnumField(SizeClass, max_length=8)
    founded_on = fields.DateField()
    headcount = fields.IntField()
    stars = fields.SmallIntField()
    ratings = fields.IntField()
    standing = fields.CharEnumField(Standing, max_length=12)
    red = fields.BooleanField()
    employer = fields.CharField(max_length=20, db_index=True)
    staff: Any = fields.JSONField()
    stars_rank = fields.BigIntField(unique=True)
    name_rank = fields.CharField(max_length=60, unique=True)
    words = fields.TextField()
    name_key = fields.CharField(max_length=120, null=True)

    class Meta:
        table = "agencies_agency"
        indexes = (
            Index(fields=["name_key"]),
            Index(fields=["region", "stars_rank"]),
            Index(fields=["red", "stars_rank"]),
            Index(fields=["standing", "stars_rank"]),
        )


class Offer(Model):
    """An item that an agency offers; it repeats the agency's sort values, to be listed by item.

    ``valid_until`` is null where no certificate is demanded.
    """

    id = fields.BigIntField(primary_key=True)
    agency: Any = fields.ForeignKeyField("market.Agency", related_name="offers")
    agency_id: str
    item: Any = fields.ForeignKeyField("market.ServiceItem", on_delete=fields.RESTRICT)
    item_id: str
    certificate_number = fields.CharField(max_length=40)
    level = fields.CharField(max_length=20)
    level_en = fields.CharField(max_length=30)
    certificate = fields.CharField(max_length=60)
    certificate_en = fields.CharField(max_length=80)
    issuer = fields.CharField(max_length=60)
    issuer_en = fields.CharField(max_length=80)
    valid_until: date | None = fields.DateField(null=True)
    promise = fields.CharField(max_length=300)
    promise_en = fields.CharField(max_length=400)
    low_fen = fields.BigIntField()
    high_fen = fields.BigIntField()
    days = fields.IntField()
    number = fields.BigIntField()
    stars_rank = fields.BigIntField()
    name_rank = fields.CharField(max_length=60)

    class Meta:
        table = "agencies_offer"
        unique_together = (
            ("agency", "item"),
            ("item", "number"),
            ("item", "stars_rank"),
            ("item", "name_rank"),
        )


class Work(Model):
    """A finished job."""

    id = fields.BigIntField(primary_key=True)
    agency: Any = fields.ForeignKeyField("market.Agency", related_name="works")
    agency_id: str
    item: Any = fields.ForeignKeyField("market.ServiceItem", on_delete=fields.RESTRICT)
    item_id: str
    title = fields.CharField(max_length=160)
    title_en = fields.CharField(max_length=200)
    client = fields.CharField(max_length=80)
    client_en = fields.CharField(max_length=100)
    amount_fen = fields.BigIntField()
    finished_on = fields.DateField()

    class Meta:
        table = "agencies_work"
        indexes = (Index(fields=["agency_id", "finished_on"]),)
