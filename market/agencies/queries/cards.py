"""One agency whole, as its page and the comparison show it.

And what an item's page says of agencies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from market.agencies.models import Agency, Offer, Work
from market.agencies.rules import ABLE, Reason, days_left, hindrance, today
from market.agencies.states import SizeClass, Standing
from market.catalogue.states import ItemState
from market.kernel.errors import not_found
from market.web.bilingual import Bilingual

SOON_DAYS: Final = 30
MANY: Final = 300


class Validity(StrEnum):
    """Of a certificate: NOT_ASKED where the law demands none."""

    NOT_ASKED = "not_asked"
    VALID = "valid"
    SOON = "soon"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class OfferCard(Bilingual):
    """An item offered. ``reason`` is why the agency may not offer it now, or None."""

    item: str
    name: str
    name_en: str
    certificate: str
    certificate_en: str
    certificate_number: str
    level: str
    level_en: str
    issuer: str
    issuer_en: str
    valid_until: date | None
    validity: Validity
    reason: Reason | None
    promise: str
    promise_en: str
    low_fen: int
    high_fen: int
    days: int


@dataclass(frozen=True, slots=True)
class StaffMember(Bilingual):
    """A registered professional; name and numbers are masked."""

    name: str
    identity_number: str
    profession: str
    profession_en: str
    registration: str


@dataclass(frozen=True, slots=True)
class WorkCard(Bilingual):
    """A finished job."""

    item: str
    title: str
    title_en: str
    client: str
    client_en: str
    amount_fen: int
    finished_on: date


@dataclass(frozen=True, slots=True)
class Relative(Bilingual):
    """Another agency that the same people hold or run."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class AgencyCard(Bilingual):
    """An agency with all that it shows."""

    code: str
    name: str
    name_en: str
    credit_code: str
    region: str
    size_class: SizeClass
    founded_on: date
    headcount: int
    stars: int
    ratings: int
    standing: Standing
    red: bool
    offers: tuple[OfferCard, ...]
    staff: tuple[StaffMember, ...]
    works: tuple[WorkCard, ...]
    relatives: tuple[Relative, ...]

    def offer(self, item: str) -> OfferCard | None:
        """What it offers for ``item``."""
        return next((o for o in self.offers if o.item == item), None)


@dataclass(frozen=True, slots=True)
class Supply:
    """How many agencies an item has; figures stop at ``MANY`` and ``is_more`` says so."""

    registered: int
    able: int
    expiring: int

    @staticmethod
    def shown(figure: int) -> str:
        """The figure for people."""
        return f"{MANY}+" if figure > MANY else str(figure)


async def card(code: str, now: datetime) -> AgencyCard:
    """The agency of that code; raises NOT_FOUND."""
    row = await Agency.get_or_none(code=code)
    if row is None:
        raise not_found("agency")
    offers = await Offer.filter(agency_id=code).select_related("item").order_by("id")
    works = await Work.filter(agency_id=code).order_by("-finished_on", "id")
    relatives = await Agency.filter(employer=row.employer).exclude(code=code).order_by("number")
    return AgencyCard(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        credit_code=row.credit_code,
        region=row.region,
        size_class=row.size_class,
        founded_on=row.founded_on,
        headcount=row.headcount,
        stars=row.stars,
        ratings=row.ratings,
        standing=row.standing,
        red=row.red,
        offers=tuple(_offer(offer, row.standing, now) for offer in offers),
        staff=tuple(StaffMember(**person) for person in row.staff),
        works=tuple(_work(work) for work in works),
        relatives=tuple(Relative(r.code, r.name, r.name_en) for r in relatives),
    )


async def named(codes: Sequence[str]) -> tuple[Relative, ...]:
    """Those of ``codes`` that exist, by name, in the order given."""
    rows = {row.code: row for row in await Agency.filter(code__in=list(codes))} if codes else {}
    found = [rows[code] for code in codes if code in rows]
    return tuple(Relative(row.code, row.name, row.name_en) for row in found)


async def supply(item: str, now: datetime) -> Supply:
    """How many are registered for ``item``, may take part now, lose their certificate soon."""
    able = Offer.filter(item_id=item, agency__standing__in=ABLE)
    day = today(now)
    held = (
        await able.filter(valid_until__gte=day)
        .limit(MANY + 1)
        .values_list("valid_until", flat=True)
    )
    free = await able.filter(valid_until__isnull=True).limit(MANY + 1).values_list("id", flat=True)
    everybody = await Offer.filter(item_id=item).limit(MANY + 1).values_list("id", flat=True)
    soon = [until for until in held if _validity(until, now) is Validity.SOON]  # type: ignore[arg-type]  # a flat list of dates
    return Supply(len(everybody), min(len(held) + len(free), MANY + 1), len(soon))


def _offer(row: Offer, standing: Standing, now: datetime) -> OfferCard:
    is_open = row.item.state is ItemState.OPEN
    return OfferCard(
        item=row.item_id,
        name=row.item.name,
        name_en=row.item.name_en,
        certificate=row.certificate,
        certificate_en=row.certificate_en,
        certificate_number=row.certificate_number,
        level=row.level,
        level_en=row.level_en,
        issuer=row.issuer,
        issuer_en=row.issuer_en,
        valid_until=row.valid_until,
        validity=_validity(row.valid_until, now),
        reason=hindrance(standing, row.valid_until, now, item_open=is_open),
        promise=row.promise,
        promise_en=row.promise_en,
        low_fen=row.low_fen,
        high_fen=row.high_fen,
        days=row.days,
    )


def _validity(until: date | None, now: datetime) -> Validity:
    if until is None:
        return Validity.NOT_ASKED
    left = days_left(until, now)
    if left < 0:
        return Validity.OVER
    return Validity.SOON if left < SOON_DAYS else Validity.VALID


def _work(row: Work) -> WorkCard:
    return WorkCard(
        row.item_id,
        row.title,
        row.title_en,
        row.client,
        row.client_en,
        row.amount_fen,
        row.finished_on,
    )
