"""The public list: filters that live in the URL, counts beside them, keyset pages, whole exports.

A filter that makes no sense is dropped; a ceiling that cannot be read is shown again with its
error. The counts of one group follow the filters of the other groups: the database tells once how
many rows share each combination of the four, the rest is adding up.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from tortoise.expressions import Case, Q, When
from tortoise.functions import Count

from market.accounts.regions import places
from market.kernel.actors import Actor
from market.kernel.errors import MarketError
from market.kernel.money import parse_fen
from market.projects.models import Project
from market.projects.queries.cards import ItemName, ProjectCard, card_of, item_names, told
from market.projects.states import Stage, State, Way, stage
from market.web import search
from market.web.paging import PAGE_SIZE, Cursor, Page, cut

SORTS: Final = {
    "newest": ("by_newest", True),
    "deadline": ("by_deadline", False),
    "price": ("by_price", True),
}
GROUPS: Final = ("way", "region", "item", "state")
BATCH: Final = 200
LONGEST_KEY: Final = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader wants to see, as the URL says it."""

    q: str = ""
    ways: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    ceiling: str = ""
    ceiling_fen: int | None = None
    ceiling_error: str | None = None
    sort: str = "newest"

    @property
    def chosen(self) -> int:
        """How many filters are set."""
        groups = (self.ways, self.regions, self.items, self.stages)
        return sum(map(len, groups)) + bool(self.ceiling)

    def url(self, path: str, **more: str) -> str:
        """The address of this wish at ``path``; ``more`` wins, empty values are left out."""
        pairs = [("q", self.q)]
        pairs += [("way", v) for v in self.ways] + [("region", v) for v in self.regions]
        pairs += [("item", v) for v in self.items] + [("state", v) for v in self.stages]
        pairs += [("ceiling", self.ceiling)]
        pairs += list({"sort": "" if self.sort == "newest" else self.sort, **more}.items())
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. ``counts``: group → value → how many."""

    wish: Wish
    page: Page[ProjectCard]
    total: int
    counts: dict[str, dict[str, int]]
    items: tuple[ItemName, ...]


def wish_of(given: Mapping[str, list[str]]) -> Wish:
    """The wish of query parameters; unknown values are dropped, texts kept as they were typed."""

    def text(name: str) -> str:
        return _CONTROL.sub("", (given.get(name) or [""])[-1]).strip()

    def known(name: str, values: set[str] | None = None) -> tuple[str, ...]:
        clean = (_CONTROL.sub("", v) for v in given.get(name, [])[:60] if len(v) <= 40)
        return tuple(dict.fromkeys(v for v in clean if v and (values is None or v in values)))

    ceiling, fen, wrong, sort = text("ceiling"), None, None, text("sort")
    try:
        fen = parse_fen(ceiling, 1_000_000) if ceiling else None
    except MarketError as error:
        wrong = error.key
    return Wish(
        q=text("q"),
        ways=known("way", {str(w) for w in Way}),
        regions=known("region", {p.code for p in places()}),
        items=known("item"),
        stages=known("state", {str(s) for s in Stage}),
        ceiling=ceiling,
        ceiling_fen=fen,
        ceiling_error=wrong,
        sort=sort if sort in SORTS else "newest",
    )


async def listing(wish: Wish, viewer: Actor, now: datetime, cursor: Cursor | None) -> Listing:
    """A page of what was wished for, with the counts of every filter."""
    parts = _conditions(wish, now)
    column = SORTS[wish.sort][0]
    found = cut(
        await _rows(parts, wish, cursor, PAGE_SIZE), cursor, lambda row: getattr(row, column)
    )
    names = await item_names()
    cards = await told([card_of(row, names, viewer, now) for row in found.rows], viewer, now)
    total, counts = _counted(wish, await _combinations(parts, now))
    return Listing(
        wish=wish,
        page=Page(tuple(cards), found.previous, found.next),
        total=total,
        counts=counts,
        items=tuple(names.values()),
    )


async def stream(wish: Wish, viewer: Actor, now: datetime) -> AsyncIterator[list[ProjectCard]]:
    """Everything that was wished for, batch by batch, in constant memory."""
    parts = _conditions(wish, now)
    column = SORTS[wish.sort][0]
    names = await item_names()
    cursor: Cursor | None = None
    while rows := await _rows(parts, wish, cursor, BATCH):
        cards = [card_of(row, names, viewer, now) for row in rows[:BATCH]]
        yield await told(cards, viewer, now)
        if len(rows) <= BATCH:
            return
        cursor = Cursor(getattr(rows[BATCH - 1], column))


async def _rows(
    parts: Mapping[str, Q], wish: Wish, cursor: Cursor | None, size: int
) -> list[Project]:
    """Up to ``size`` + 1 rows next to the cursor, in the direction in which it looks."""
    column, descending = SORTS[wish.sort]
    backwards = cursor is not None and cursor.backwards
    downwards = descending != backwards
    rows = Project.filter(*parts.values())
    if cursor is not None:
        beside = cursor.value[:LONGEST_KEY]
        rows = rows.filter(**{f"{column}__{'lt' if downwards else 'gt'}": beside})
    return await rows.order_by(f"{'-' if downwards else ''}{column}").limit(size + 1)


def _conditions(wish: Wish, now: datetime) -> dict[str, Q]:
    """What the database is asked, one condition a group of filters."""
    parts = {"public": Q(published_at__isnull=False)}
    if wish.ways:
        parts["way"] = Q(way__in=list(wish.ways))
    if wish.regions:
        parts["region"] = Q(region__in=list(wish.regions))
    if wish.items:
        parts["item"] = Q(item__in=list(wish.items))
    if wish.stages:
        parts["state"] = Q(*(_stage(Stage(s), now) for s in wish.stages), join_type="OR")
    if wish.ceiling_fen is not None:
        parts["ceiling"] = Q(control_price_fen__lte=wish.ceiling_fen)
    if wish.q:
        words = [Q(words__contains=piece) for piece in search.wanted(wish.q)]
        parts["q"] = Q(*words) if words else Q(code="")
    return parts


def _stage(stage: Stage, now: datetime) -> Q:
    """The rows of a stage: the inverse of ``states.stage``."""
    held = {
        Stage.ACCEPTING: Q(state=State.PUBLISHED, deadline_at__gt=now),
        Stage.DECIDING: Q(state=State.PUBLISHED, deadline_at__lte=now),
        Stage.PUBLICITY: Q(state=State.DECIDED),
        Stage.CONCLUDED: Q(state=State.CONCLUDED),
        Stage.FAILED: Q(state=State.FAILED),
        Stage.WITHDRAWN: Q(state=State.WITHDRAWN),
        Stage.AGAIN: Q(state__in=[State.DRAFT, State.READY, State.ASKED]),
    }
    return held[stage]


async def _combinations(parts: Mapping[str, Q], now: datetime) -> list[tuple[dict[str, Any], int]]:
    """How many rows have each combination of way, region, item and stage, whatever is chosen."""
    rows = Project.filter(*(q for name, q in parts.items() if name not in GROUPS))
    is_running = Case(When(deadline_at__gt=now, then="yes"))
    columns = ("way", "region", "item", "state", "is_running")
    found = rows.annotate(n=Count("code"), is_running=is_running).group_by(*columns)
    side = {True: now + timedelta(days=1), False: now}  # of the deadline, one for all its rows
    return [
        ({**row, "state": str(stage(row["state"], side[bool(row["is_running"])], now))}, row["n"])
        for row in await found.values(*columns, "n")
    ]


def _counted(
    wish: Wish, combinations: list[tuple[dict[str, Any], int]]
) -> tuple[int, dict[str, dict[str, int]]]:
    """The rows that fit the wish, and group → value → rows that fit its other groups."""
    chosen = {"way": wish.ways, "region": wish.regions, "item": wish.items, "state": wish.stages}
    total, counts = 0, {group: Counter[str]() for group in GROUPS}
    for values, n in combinations:
        against = {g for g in GROUPS if chosen[g] and values[g] not in chosen[g]}
        total += 0 if against else n
        for group in GROUPS:
            if against <= {group}:
                counts[group][values[group]] += n
    return total, {group: dict(found) for group, found in counts.items()}
