"""Keyset pages: a page begins after a value, never after a number of rows.

Every sorting of a list is one unique column, so that a page costs the same wherever it lies and
nothing is shown twice when rows come and go. The cursor is readable and says in which direction it
looks: ``a.<value>`` after, ``b.<value>`` before. Whoever types one by hand gets a page or a
sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from tortoise.queryset import QuerySet

from market.kernel.errors import MarketError

T = TypeVar("T")
PAGE_SIZE: Final = 20
MOST_COUNTED: Final = 1000
_MAX_CURSOR: Final = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: next to ``value`` (the text of a sort column), after it or before it."""

    value: str
    backwards: bool = False

    def __str__(self) -> str:
        return f"{'b' if self.backwards else 'a'}.{self.value}"

    @property
    def number(self) -> int:
        """The value of a whole-number column; raises ``paging.cursor``."""
        if not (self.value.isascii() and self.value.isdigit() and len(self.value) <= 18):
            raise MarketError("paging.cursor")
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of one page and the cursors of its neighbours; None where there is none."""

    rows: tuple[T, ...]
    previous: Cursor | None
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list has; from ``MOST_COUNTED`` on nobody counts: ``1000+``."""

    number: int

    def __str__(self) -> str:
        return f"{MOST_COUNTED}+" if self.number > MOST_COUNTED else str(self.number)


async def counted(rows: QuerySet[Any]) -> Count:
    """How many ``rows`` there are, at a cost that does not grow with them."""
    key = rows.model._meta.pk_attr  # noqa: SLF001 - Tortoise's own way to ask a model
    return Count(len(await rows.limit(MOST_COUNTED + 1).values_list(key, flat=True)))


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor in an address; None without one; raises ``paging.cursor`` for anything else."""
    if not text:
        return None
    side, dot, value = text.partition(".")
    if side not in {"a", "b"} or not dot or not value or len(text) > _MAX_CURSOR or "\0" in text:
        raise MarketError("paging.cursor")
    return Cursor(value, side == "b")


def cut(
    found: Sequence[T], cursor: Cursor | None, value: Callable[[T], object], size: int = PAGE_SIZE
) -> Page[T]:
    """The page made of ``found``: up to ``size`` + 1 rows in the direction in which it was read.

    The row too many only tells that there is more.
    """
    more = len(found) > size
    rows = tuple(found[:size])
    backwards = cursor is not None and cursor.backwards
    if backwards:
        rows = rows[::-1]
    has_previous = more if backwards else cursor is not None
    has_next = True if backwards else more
    if not rows:
        return Page((), None, None)
    return Page(
        rows,
        Cursor(str(value(rows[0])), backwards=True) if has_previous else None,
        Cursor(str(value(rows[-1]))) if has_next else None,
    )
