"""What the address of the list of agencies says: filters, search, sorting, page, comparison. Pure.

The whole state of the page is in the URL. A value that the page does not know is left out and named
(``ignored``), so that a mistyped link shows a list and says what was not understood; programs get a
refusal instead (``must_be_known``).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from market.agencies.states import Standing
from market.kernel.errors import MarketError
from market.web.paging import Cursor, read_cursor
from market.web.search import wanted

PATH: Final = "/agencies"
MAX_COMPARED: Final = 4
STARS: Final = {"4.5": 45, "4": 40, "3": 30}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Sort(StrEnum):
    """STARS: best first. NAME: by pinyin. NEWEST: last entered first."""

    STARS = "stars"
    NAME = "name"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filters:
    """One state of the list. ``able``: only those that may take part now."""

    query: str = ""
    item: str = ""
    regions: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    stars: str = ""
    red: bool = False
    able: bool = False
    sort: Sort = Sort.STARS
    cursor: Cursor | None = None
    compared: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[str, ...]:
        """What the words of a found agency contain."""
        return wanted(self.query)

    @property
    def is_unsearchable(self) -> bool:
        """Whether something was typed in which nothing can be searched for, such as signs only."""
        return bool(self.query.strip()) and not self.pieces

    @property
    def chosen(self) -> int:
        """How many filters are set, for the panel."""
        one = (self.item, self.stars, self.red, self.able)
        return len(self.regions) + len(self.standings) + sum(map(bool, one))

    def address(self, **changes: Any) -> str:
        """The URL of this state with ``changes``; a changed filter begins at the first page."""
        if "cursor" not in changes:
            changes["cursor"] = None
        return f"{PATH}?{urlencode(replace(self, **changes).pairs())}".rstrip("?")

    def download(self, kind: str) -> str:
        """The URL of the whole list as ``csv`` or ``xlsx``."""
        pairs = [*replace(self, cursor=None, compared=()).pairs(), ("format", kind)]
        return f"{PATH}?{urlencode(pairs)}"

    @property
    def comparison(self) -> str:
        """The URL of the page that shows the compared side by side."""
        return f"{PATH}/compare?{urlencode([('code', code) for code in self.compared])}"

    def toggled(self, code: str) -> str:
        """The URL with ``code`` put into the comparison or taken out of it, on the same page."""
        rest = tuple(c for c in self.compared if c != code)
        now = rest if code in self.compared else (*self.compared, code)[-MAX_COMPARED:]
        return self.address(compared=now, cursor=self.cursor)

    def pairs(self) -> list[tuple[str, str]]:
        """The state as query parameters; what is at rest is left out."""
        single = {
            "q": self.query,
            "item": self.item,
            "stars": self.stars,
            "red": "1" if self.red else "",
            "able": "1" if self.able else "",
            "sort": "" if self.sort is Sort.STARS else self.sort.value,
            "page": str(self.cursor or ""),
        }
        several = {
            "region": self.regions,
            "standing": [s.value for s in self.standings],
            "compare": self.compared,
        }
        return [(k, v) for k, v in single.items() if v] + [
            (k, v) for k, vs in several.items() for v in vs
        ]


def read(
    given: Iterable[tuple[str, str]], items: Collection[str], regions: Collection[str]
) -> Filters:
    """The state that an address means; ``items`` and ``regions`` are the codes there are.

    Raises only for a page cursor that is none (``paging.cursor``).
    """
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    found = _Reader(values)
    return Filters(
        query=found.one("q").replace("\0", " "),
        item=found.known("item", items),
        regions=found.every("region", regions),
        standings=tuple(Standing(s) for s in found.every("standing", list(Standing))),
        stars=found.known("stars", STARS),
        red=found.known("red", ("1",)) == "1",
        able=found.known("able", ("1",)) == "1",
        sort=Sort(found.known("sort", list(Sort)) or Sort.STARS),
        cursor=read_cursor(found.one("page")),
        compared=read_codes(values.get("compare", [])),
        ignored=tuple(found.ignored),
    )


def read_codes(texts: Sequence[str]) -> tuple[str, ...]:
    """The first ``MAX_COMPARED`` different codes among ``texts``; what is none is dropped."""
    codes = dict.fromkeys(t for t in texts if is_code(t))
    return tuple(codes)[:MAX_COMPARED]


def is_code(text: str) -> bool:
    """Whether ``text`` could be the code of an agency."""
    return _CODE.fullmatch(text) is not None


def must_be_known(filters: Filters) -> None:
    """For programs: refuse what pages only leave out."""
    if filters.ignored:
        raise MarketError("agencies.filter_unknown", names=", ".join(filters.ignored))


class _Reader:
    """Takes values by name and notes the names whose values are unknown."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self.values = values
        self.ignored: list[str] = []

    def one(self, name: str) -> str:
        return self.values.get(name, [""])[0]

    def known(self, name: str, options: Collection[str]) -> str:
        value = self.one(name)
        if value and value not in options:
            self.ignored.append(name)
            return ""
        return value

    def every(self, name: str, options: Collection[str]) -> tuple[str, ...]:
        given = dict.fromkeys(v for v in self.values.get(name, []) if v)
        if any(v not in options for v in given):
            self.ignored.append(name)
        return tuple(v for v in given if v in options)
