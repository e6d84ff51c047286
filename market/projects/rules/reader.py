"""Reads one control of the form after the other; what cannot be read becomes a finding.

Times are typed on the city's wall clock, money in 元 or 万元, numbers also in full-width digits.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from market.kernel import typed_numbers
from market.kernel.clock import CITY_ZONE
from market.kernel.errors import MarketError
from market.kernel.money import parse_fen
from market.projects.rules.finding import Breach, Source

E = TypeVar("E", bound=StrEnum)
Typed = Mapping[str, Any]

SHORT: Final = 60
UNITS: Final = {"yuan": 100, "wan": 1_000_000}
_WHEN = re.compile(r"(20\d{2})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::00)?")
_PHONE = re.compile(
    r"0(?:10|[2-9]\d{1,2})-?\d{7,8}(?:-\d{1,6})?|1[3-9]\d{9}|400-?\d{3}-?\d{4}|12345"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def sure_of(typed: Typed, name: str, unit: str = "") -> str:
    """What confirms a sum: the sum as it was typed, with its unit."""
    return " ".join(str(typed.get(part) or "").strip() for part in (name, unit) if part)


class Reader:
    """Reads field after field and keeps what could not be read, in ``unread``.

    ``lengths`` are the most characters of a text, 60 where nothing is said.
    """

    def __init__(self, typed: Typed, lengths: Mapping[str, int]) -> None:
        self.typed = typed
        self.lengths = lengths
        self.unread: list[Breach] = []

    def refuse(self, name: str, key: str, **facts: Any) -> None:
        """Keep that this could not be read; ``key`` names the sentence."""
        self.unread.append(Breach(name, key, Source.FORM, facts))

    def raw(self, name: str) -> str:
        """What was typed, whatever it is, as one text."""
        value = self.typed.get(name, "")
        if isinstance(value, list):
            value = value[-1] if value else ""
        return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()

    def text(self, name: str) -> str:
        """A text in NFC; empty where it was too long or had control characters."""
        value = unicodedata.normalize("NFC", self.raw(name).replace("\t", " "))
        if _CONTROL.search(value):
            self.refuse(name, "project.unread.characters")
            return ""
        limit = self.lengths.get(name, SHORT)
        if len(value) > limit:
            self.refuse(name, "project.unread.too_long", limit=limit, length=len(value))
            return ""
        return value

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number within these bounds."""
        value = unicodedata.normalize("NFKC", self.raw(name))
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,6}", value) or not low <= int(value) <= high:
            self.refuse(name, "project.unread.number", low=low, high=high)
            return None
        return int(value)

    def choice(self, name: str, kind: type[E]) -> E | None:
        """One of a closed list."""
        value = self.raw(name)
        if not value:
            return None
        if value not in set(kind):
            self.refuse(name, "project.unread.choice")
            return None
        return kind(value)

    def yes(self, name: str, *, unless_said: bool = False) -> bool:
        """Whether yes was said."""
        value = self.raw(name)
        return value == "yes" if value else unless_said

    def phone(self, name: str) -> str:
        """A telephone number of this country, or 12345."""
        value = typed_numbers.phone(self.raw(name))
        if value and not (value.isascii() and _PHONE.fullmatch(value)):
            self.refuse(name, "project.unread.phone")
            return ""
        return value

    def is_sure(self, name: str, unit: str = "") -> bool:
        """Whether this very sum was confirmed when it was questioned, in ``<name>_sure``."""
        return bool(self.raw(name)) and self.raw(f"{name}_sure") == sure_of(self.typed, name, unit)

    def fen(self, name: str, unit: str = "") -> int | None:
        """A sum above zero, in fen; ``unit`` is the field that says in what it was typed."""
        value = self.raw(name)
        if not value:
            return None
        try:
            fen = parse_fen(value, UNITS.get(self.raw(unit) or "yuan", 100))
        except MarketError as error:
            self.refuse(name, error.key)
            return None
        if fen == 0:
            self.refuse(name, "project.unread.zero_price")
            return None
        return fen

    def when(self, name: str) -> datetime | None:
        """An instant that was typed on the city's clock, in UTC."""
        value = self.raw(name)
        if not value:
            return None
        found = _WHEN.fullmatch(value) if value.isascii() else None
        try:
            parts = [int(part) for part in found.groups()] if found else [0]
            return datetime(*parts, tzinfo=CITY_ZONE).astimezone(UTC)  # type: ignore[arg-type,misc]  # five numbers or a refusal
        except (TypeError, ValueError):
            self.refuse(name, "project.unread.time")
            return None
