"""Places and the numbers that a region decides (地区设置), each with the day from which it holds.

Where national law gives a number the setting may only be stricter; the sources stand in the README.
A region without settings of its own follows its city; a later version states only what it changes.
``closed_days`` are days off of its own (ISO dates). What one room alone asks for stands in a
dataclass of that room, which ``rules_as`` fills.
"""

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from market.web.data import data
from signing.core.canonical import read_instant


class Fields(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=Fields)


@dataclass(frozen=True, slots=True)
class Place:
    """A division (GB/T 2260)."""

    code: str
    name: str
    name_en: str

    def label(self, locale: str) -> str:
        """The name in the reader's language."""
        return self.name_en if locale == "en" else self.name


@dataclass(frozen=True, slots=True)
class RegionRules:
    """What a region has decided, as of one instant. Sums in fen, periods as their names say."""

    code_prefix: str
    sign_up_working_days: int
    sign_up_max_days: int
    extension_working_days: int
    min_applicants: dict[str, int]
    min_after_extension: dict[str, int]
    publicity_days: int
    closed_days: tuple[date, ...]
    reserves: int
    far_below_percent_of_mean: int
    far_below_percent_of_second: int
    far_below_percent_of_control: int
    purchase_threshold_fen: int
    session_idle_minutes: int
    lock_after_failures: int
    lock_minutes: int
    session_hours: int
    password_days: int
    one_time_password_hours: int
    passwords_barred: int
    second_factor_roles: tuple[str, ...]


@cache
def places() -> tuple[Place, ...]:
    """The city and its counties, the city first."""
    rows = json.loads((data("fixtures") / "places" / "dazhou.json").read_text("utf-8"))
    return tuple(Place(**row) for row in rows)


def place(code: str) -> Place:
    """The division of that code; an unknown one is shown by its code."""
    return next((p for p in places() if p.code == code), Place(code, code, code))


@cache
def _versions(city: str) -> list[dict[str, Any]]:
    path = data("fixtures") / "regions" / f"{city}.json"
    versions = json.loads(path.read_text("utf-8"))["versions"]
    return sorted(versions, key=lambda v: str(v["effective_at"]))


def rules_of(region: str, now: datetime) -> RegionRules:
    """The settings that hold in ``region`` at ``now``."""
    return rules_as(RegionRules, region, now)


def rules_as(kind: type[R], region: str, now: datetime) -> R:
    """Those of them that ``kind``, a dataclass, has a field for; lists as tuples."""
    chosen = _chosen(region, now)
    return kind(**{one.name: chosen[one.name] for one in fields(kind)})


def _chosen(region: str, now: datetime) -> dict[str, Any]:
    city = region[:4] + "00"
    chosen: dict[str, Any] = {}
    for version in _versions(city):
        if read_instant(version["effective_at"]) <= now:
            chosen |= version
    chosen["closed_days"] = [date.fromisoformat(day) for day in chosen["closed_days"]]
    return {name: tuple(v) if isinstance(v, list) else v for name, v in chosen.items()}
