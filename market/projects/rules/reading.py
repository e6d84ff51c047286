"""Reads what was typed into a ``Draft``; what cannot be read becomes a finding, never a loss.

Times are typed on the city's wall clock, money in 元 or 万元, numbers also in full-width digits.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from market.kernel.clock import CITY_ZONE
from market.kernel.errors import MarketError
from market.kernel.money import parse_fen
from market.projects.rules.draft import Avoided, Draft, Tie, Witness
from market.projects.rules.finding import Breach, Source
from market.projects.rules.steps import AVOID_ROWS, LENGTHS, WITNESS_ROWS
from market.projects.states import Funding, Pool, Way

E = TypeVar("E", bound=StrEnum)
Typed = Mapping[str, Any]

UNITS: Final = {"yuan": 100, "wan": 1_000_000}
MAX_DAYS: Final = 3650
_WHEN = re.compile(r"(20\d{2})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::00)?")
_PHONE = re.compile(r"0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|1[3-9]\d{9}|400-?\d{3}-?\d{4}|12345")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class _Reader:
    """Reads field after field and keeps what could not be read."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed
        self.unread: list[Breach] = []

    def refuse(self, name: str, key: str, **facts: Any) -> None:
        self.unread.append(Breach(name, key, Source.FORM, facts))

    def raw(self, name: str) -> str:
        value = self.typed.get(name, "")
        if isinstance(value, list):
            value = value[-1] if value else ""
        return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()

    def text(self, name: str) -> str:
        value = unicodedata.normalize("NFC", self.raw(name).replace("\t", " "))
        if _CONTROL.search(value):
            self.refuse(name, "project.unread.characters")
            return ""
        limit = LENGTHS.get(name, 60)
        if len(value) > limit:
            self.refuse(name, "project.unread.too_long", limit=limit, length=len(value))
            return ""
        return value

    def number(self, name: str, low: int, high: int) -> int | None:
        value = unicodedata.normalize("NFKC", self.raw(name))
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,6}", value) or not low <= int(value) <= high:
            self.refuse(name, "project.unread.number", low=low, high=high)
            return None
        return int(value)

    def choice(self, name: str, kind: type[E]) -> E | None:
        value = self.raw(name)
        if not value:
            return None
        if value not in set(kind):
            self.refuse(name, "project.unread.choice")
            return None
        return kind(value)

    def yes(self, name: str, *, unless_said: bool = False) -> bool:
        value = self.raw(name)
        return value == "yes" if value else unless_said

    def phone(self, name: str) -> str:
        value = unicodedata.normalize("NFKC", self.raw(name)).replace(" ", "")
        if value and not (value.isascii() and _PHONE.fullmatch(value)):
            self.refuse(name, "project.unread.phone")
            return ""
        return value

    def fen(self, name: str, unit: str) -> int | None:
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


def read(typed: Typed) -> tuple[Draft, list[Breach]]:
    """The draft and what could not be read, field by field; never raises, whatever was typed."""
    r = _Reader(typed)
    draft = Draft(
        title=" ".join(r.text("title").split()),
        item=r.text("item"),
        summary=r.text("summary"),
        scale=r.text("scale"),
        requirements=r.text("requirements"),
        staff=r.text("staff"),
        service_days=r.number("service_days", 1, MAX_DAYS),
        region=r.text("region"),
        address=r.text("address"),
        contact_name=r.text("contact_name"),
        contact_phone=r.phone("contact_phone"),
        complaint_phone=r.phone("complaint_phone"),
        funding=r.choice("funding", Funding),
        fiscal_percent=r.number("fiscal_percent", 1, 99),
        needs_approval=r.yes("needs_approval"),
        approval_number=r.text("approval_number"),
        control_price_fen=r.fen("control_price", "control_unit"),
        amount_note=r.text("amount_note"),
        way=r.choice("way", Way),
        pool=r.choice("pool", Pool),
        winner_public=r.yes("winner_public", unless_said=True),
        deadline_at=r.when("deadline_at"),
        avoid=_avoided(r),
        witnesses=_witnesses(r),
    )
    return draft, r.unread


def _avoided(r: _Reader) -> tuple[Avoided, ...]:
    rows = (
        Avoided(n, r.text(f"avoid_{n}"), r.choice(f"avoid_tie_{n}", Tie), r.text(f"avoid_note_{n}"))
        for n in range(1, AVOID_ROWS + 1)
    )
    return tuple(row for row in rows if row.asked or row.tie or row.note)


def _witnesses(r: _Reader) -> tuple[Witness, ...]:
    rows = (
        Witness(n, r.text(f"witness_{n}"), r.text(f"witness_unit_{n}"))
        for n in range(1, WITNESS_ROWS + 1)
    )
    return tuple(row for row in rows if row.name or row.unit)
