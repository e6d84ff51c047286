"""The cards of a project's page: each room gives its own, the page knows none of them."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from market import rooms
from market.kernel.actors import Actor


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
