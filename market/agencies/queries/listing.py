"""The list of agencies: a page by keyset, and the whole list in batches for take-away.

Words are looked for along the word index, which stands in the order of the stars. In other orders a
word that few agencies carry is looked up there; one that very many carry is tested row by row while
the list is walked. No page counts everything and none is reached by skipping.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from market.agencies.filters import STARS, Filters, Sort
from market.agencies.models import Agency, Offer
from market.agencies.rules import ABLE, today
from market.agencies.states import SizeClass, Standing
from market.infra import search_index
from market.web.bilingual import Bilingual
from market.web.paging import PAGE_SIZE, Count, Cursor, Page, counted, cut

BATCH: Final = 1000
WORDS: Final = ("agencies_agency", "stars_rank")
FIRST_STEP: Final = 4
_COLUMN: Final = {Sort.STARS: "stars_rank", Sort.NAME: "name_rank", Sort.NEWEST: "number"}


@dataclass(frozen=True, slots=True)
class OfferedItem(Bilingual):
    """An item that an agency offers, by name."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ListedAgency(Bilingual):
    """An agency as a row of the list. ``stars`` in tenths, 0 when nobody has rated it."""

    code: str
    number: int
    name: str
    name_en: str
    credit_code: str
    region: str
    size_class: SizeClass
    standing: Standing
    red: bool
    stars: int
    ratings: int
    stars_rank: int
    name_rank: str
    items: tuple[OfferedItem, ...]


async def page(filters: Filters, now: datetime, size: int = PAGE_SIZE) -> Page[ListedAgency]:
    """One page of the list in the order asked for."""
    column = _COLUMN[filters.sort]
    rows = await _from(await _fitting(filters, now), filters, filters.cursor, size + 1)
    return cut(await _listed(rows), filters.cursor, lambda row: getattr(row, column), size)


async def count(filters: Filters, now: datetime) -> Count:
    """How many agencies the list has."""
    fitting = await _fitting(replace(filters, sort=Sort.NEWEST), now)  # the words narrow it first
    return Count(0) if fitting is None else await counted(fitting)


async def batches(filters: Filters, now: datetime) -> AsyncIterator[Sequence[ListedAgency]]:
    """The whole list in the order asked for, ``BATCH`` rows at a time."""
    fitting = await _fitting(filters, now)
    column = _COLUMN[filters.sort]
    cursor: Cursor | None = None
    while rows := await _from(fitting, filters, cursor, BATCH):
        yield await _listed(rows)
        cursor = Cursor(str(getattr(rows[-1], column)))


async def _fitting(filters: Filters, now: datetime) -> QuerySet[Any] | None:
    """The rows to list: agencies, or the offers of the item asked for with their agencies."""
    if filters.is_unsearchable:
        return None
    at = "agency__" if filters.item else ""
    found = Offer.filter(item_id=filters.item).select_related("agency") if at else Agency.all()
    conditions = _conditions(filters, at)
    if pieces := filters.pieces:
        ranks = None if filters.sort is Sort.STARS else await search_index.few(*WORDS, pieces)
        if ranks is not None:
            conditions["stars_rank__in"] = ranks or [0]
        for piece in pieces:
            found = found.filter(**{f"{at}words__contains": piece})
    if filters.able and filters.item:
        found = found.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today(now)))
    return found.filter(**conditions)


def _conditions(filters: Filters, at: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    allowed = [s for s in filters.standings or Standing if s in ABLE or not filters.able]
    if len(allowed) < len(Standing):
        found[f"{at}standing__in"] = allowed
    if filters.regions:
        found[f"{at}region__in"] = filters.regions
    if filters.red:
        found[f"{at}red"] = True
    if filters.stars:
        found[f"{at}stars__gte"] = STARS[filters.stars]
    return found


async def _from(
    fitting: QuerySet[Any] | None, filters: Filters, cursor: Cursor | None, size: int
) -> list[Agency]:
    if fitting is None:
        return []
    sort, column = filters.sort, _COLUMN[filters.sort]
    down = (sort is Sort.NEWEST) != (cursor is not None and cursor.backwards)
    fitting = fitting.order_by(f"{'-' if down else ''}{column}")
    if sort is Sort.STARS and filters.pieces:
        after = cursor.number if cursor else None
        rows = await _along_words(fitting, filters.pieces, after, size, down=down)
    else:
        if cursor is not None:
            value: Any = cursor.value if sort is Sort.NAME else cursor.number
            fitting = fitting.filter(**{f"{column}__{'lt' if down else 'gt'}": value})
        rows = await fitting.limit(size)
    return [row.agency if isinstance(row, Offer) else row for row in rows]


async def _along_words(
    fitting: QuerySet[Any], pieces: tuple[str, ...], after: int | None, size: int, *, down: bool
) -> list[Any]:
    """The next ``size`` rows, among those that the word index names: few at first, then more."""
    rows: list[Any] = []
    step = FIRST_STEP * size
    while len(rows) < size:
        ranks = await search_index.following(*WORDS, pieces, step, after, down=down)
        rows += await fitting.filter(stars_rank__in=ranks or [0]).limit(size - len(rows))
        if len(ranks) < step:
            break
        after, step = ranks[-1], max(step, BATCH)
    return rows


async def _listed(rows: Sequence[Agency]) -> list[ListedAgency]:
    offered: dict[str, list[OfferedItem]] = {row.code: [] for row in rows}
    if offered:
        names = (
            await Offer.filter(agency_id__in=list(offered))
            .order_by("id")
            .values_list("agency_id", "item_id", "item__name", "item__name_en")
        )
        for agency, code, name, name_en in names:
            offered[agency].append(OfferedItem(code, name, name_en))
    return [_row(row, tuple(offered[row.code])) for row in rows]


def _row(row: Agency, items: tuple[OfferedItem, ...]) -> ListedAgency:
    return ListedAgency(
        code=row.code,
        number=row.number,
        name=row.name,
        name_en=row.name_en,
        credit_code=row.credit_code,
        region=row.region,
        size_class=row.size_class,
        standing=row.standing,
        red=row.red,
        stars=row.stars,
        ratings=row.ratings,
        stars_rank=row.stars_rank,
        name_rank=row.name_rank,
        items=items,
    )
