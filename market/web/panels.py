"""What rooms contribute to pages that know none of them, each in its module ``panels``."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeAlias

from market import rooms
from market.kernel.actors import Actor, Role

EVERYBODY: Final = frozenset(Role)
MOST_DUTIES: Final = 100  # of one room


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A line of the menu (``panels.MENU``): ``place`` orders them, ``label`` is a text to say."""

    place: int
    href: str
    label: str
    roles: frozenset[Role] = EVERYBODY


@cache
def menu(role: Role) -> tuple[MenuLine, ...]:
    """The menu of a role."""
    lines: list[MenuLine] = rooms.gathered("panels", "MENU")
    mine = (line for line in lines if role in line.roles)
    return tuple(sorted(mine, key=lambda line: line.place))


def desk_of(role: Role) -> str:
    """The address of a role's own desk (``panels.DESKS``), or of the front door."""
    return _desks().get(role, "/")


@cache
def _desks() -> dict[Role, str]:
    return rooms.merged("panels", "DESKS")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that one actor has to do; it is gone once it is done.

    ``verb`` and ``why`` are keys of words, ``about`` is what the thing is called, ``href`` where it
    is done; ``project`` is its code, where it has to do with one.
    """

    verb: str
    about: str
    why: str
    href: str
    due_at: datetime | None = None
    project: str = ""


# The duties of an actor at an instant, of all projects or among some; at ``MOST_DUTIES``.
Duties: TypeAlias = Callable[[Actor, datetime, Collection[str] | None], Awaitable[list[Duty]]]


async def duties(actor: Actor, now: datetime, among: Collection[str] | None = None) -> list[Duty]:
    """What waits for ``actor`` in all rooms (``panels.DUTIES``), what is due first first."""
    of_rooms: list[Duties] = rooms.gathered("panels", "DUTIES")
    found = [duty for of_room in of_rooms for duty in await of_room(actor, now, among)]
    return sorted(found, key=lambda duty: (duty.due_at is None, duty.due_at or now))


@dataclass(frozen=True, slots=True)
class Shown:
    """A project's page as somebody looks at it: which attempt it shows, 0 while there is none.

    ``abouts`` are the names that the ledger has for what is shown.
    """

    project: str
    attempt: int
    abouts: tuple[str, ...]
    viewer: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a project's page (``panels.TABS``): ``place`` orders them, ``label`` is said.

    It is there while a card stands in it; the announcement and the selection always are.
    """

    place: int
    name: str
    label: str


@cache
def tabs() -> tuple[Tab, ...]:
    """Every tab that a room has, in order."""
    found: list[Tab] = rooms.gathered("panels", "TABS")
    return tuple(sorted(found, key=lambda tab: tab.place))


@dataclass(frozen=True, slots=True)
class Card:
    """A part of a project's page: a room's own template, which finds ``card.given``.

    ``tab`` names where it stands; in ``zone`` ``result`` it stands with the outcome, shown anew
    when the state moves.
    """

    template: str
    given: Any
    zone: str = "main"
    tab: str = "selection"


Cards: TypeAlias = Callable[[Shown], Awaitable[list[Card]]]


async def project_cards(shown: Shown) -> dict[str, list[Card]]:
    """What all rooms (``panels.CARDS``) show of a project, by tab, the highest room first."""
    of_rooms: list[Cards] = rooms.gathered("panels", "CARDS")
    found: dict[str, list[Card]] = defaultdict(list)
    for of_room in reversed(of_rooms):
        for card in await of_room(shown):
            found[card.tab].append(card)
    return found


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
