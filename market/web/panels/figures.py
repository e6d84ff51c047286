"""Figures of the whole city: each room tells its own, a page puts them in order."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from market import rooms


class Scope(StrEnum):
    """Where figures of the whole city stand."""

    HOME = "home"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the whole city; ``place`` orders them. ``note`` is filled by ``facts``.

    ``label``, ``unit`` and ``note`` are texts to say, ``tone`` is ``good``, ``bad`` or neither.
    """

    place: int
    label: str
    value: str
    unit: str = ""
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    tone: str = ""
    href: str = ""


Figures: TypeAlias = Callable[[datetime], Awaitable[list[Figure]]]


async def figures(scope: Scope, now: datetime) -> list[Figure]:
    """What all rooms tell of themselves there (``panels.FIGURES``: scope, function), in order."""
    of_rooms: list[tuple[Scope, Figures]] = rooms.gathered("panels", "FIGURES")
    told = [await of_room(now) for where, of_room in of_rooms if where is scope]
    return sorted((one for some in told for one in some), key=lambda figure: figure.place)
