"""What stands on a desk: what its reader has to do, what others have to do, what came of it.

Desks, the bell and whatever reminds somebody read the same duties, so that none is hidden.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final, TypeAlias

from market import rooms
from market.kernel.actors import Actor, Role
from market.kernel.call import Call

DESK: Final = "/desk"
MOST_DUTIES: Final = 100  # of one kind, and of what one kind waits for
MOST_OUTCOMES: Final = 5
MOST_QUICK: Final = 3
_NO_PERSON: Final = frozenset({Role.ANYONE, Role.TRUSTEE, Role.CLOCK})


def desk_of(role: Role) -> str:
    """The address of a role's own desk, or of the front door."""
    return "/" if role in _NO_PERSON else DESK


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that one actor has to do; it is gone once it is done.

    ``verb`` and ``why`` are keys of words, ``about`` is what the thing is called, ``href`` where it
    is done; ``project`` is its code, where it has to do with one. ``due_at``: by when, None where
    neither the rules nor the region know an hour.
    """

    verb: str
    about: str
    why: str
    href: str
    due_at: datetime | None = None
    project: str = ""


# The duties of who calls, of all projects or among some; at most ``MOST_DUTIES``.
Duties: TypeAlias = Callable[[Call, Collection[str] | None], Awaitable[list[Duty]]]


@dataclass(frozen=True, slots=True)
class DutyKind:
    """One kind of duty (``panels.DUTIES``): its verb, whose it is, and those that there are.

    ``at``: what waits for it, as ``Machine.at`` or ``Stage.at`` names it; none where no machine
    moves the thing.
    """

    verb: str
    roles: frozenset[Role]
    of: Duties
    at: tuple[str, ...] = ()


async def duties(call: Call, among: Collection[str] | None = None) -> list[Duty]:
    """What waits for ``call.actor`` in all rooms, what is due first first."""
    kinds: list[DutyKind] = rooms.gathered("panels", "DUTIES")
    mine = [kind for kind in kinds if call.actor.role in kind.roles]
    found = [duty for kind in mine for duty in await kind.of(call, among)]
    return sorted(found, key=lambda duty: (duty.due_at is None, duty.due_at or call.now))


@dataclass(frozen=True, slots=True)
class Wait:
    """Something of an actor's that others have to do, or that waits for an hour.

    ``why`` is a key of words, ``on`` are keys of the names of those who have to act.
    """

    about: str
    why: str
    href: str
    on: tuple[str, ...] = ()
    until: datetime | None = None
    project: str = ""


Waits: TypeAlias = Callable[[Call], Awaitable[list[Wait]]]


@dataclass(frozen=True, slots=True)
class WaitKind:
    """What the roles see others do (``panels.WAITS``); ``at`` as of a ``DutyKind``."""

    roles: frozenset[Role]
    of: Waits
    at: tuple[str, ...] = ()


async def waits(call: Call) -> list[Wait]:
    """What ``call.actor`` waits for in all rooms, what ends first first."""
    kinds: list[WaitKind] = rooms.gathered("panels", "WAITS")
    mine = [kind for kind in kinds if call.actor.role in kind.roles]
    found = [wait for kind in mine for wait in await kind.of(call)]
    return sorted(found, key=lambda wait: (wait.until is None, wait.until or call.now))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of something; ``said`` is a key of words, ``good`` whether it is a success."""

    about: str
    said: str
    at: datetime
    href: str
    good: bool = True


# What came of an actor's own business, the newest first; at most ``MOST_OUTCOMES``.
Outcomes: TypeAlias = Callable[[Actor], Awaitable[list[Outcome]]]


async def outcomes(actor: Actor) -> list[Outcome]:
    """The newest results of ``actor``'s business in all rooms (``panels.OUTCOMES``)."""
    of_rooms: list[Outcomes] = rooms.gathered("panels", "OUTCOMES")
    found = [outcome for of_room in of_rooms for outcome in await of_room(actor)]
    return sorted(found, key=lambda outcome: outcome.at, reverse=True)[:MOST_OUTCOMES]


@dataclass(frozen=True, slots=True)
class QuickAction:
    """What the roles begin most often (``panels.QUICK``); ``label`` and ``text`` are to be said."""

    place: int
    href: str
    label: str
    text: str
    glyph: str
    roles: frozenset[Role]


@cache
def quick_actions(role: Role) -> tuple[QuickAction, ...]:
    """The first three of a role."""
    every: list[QuickAction] = rooms.gathered("panels", "QUICK")
    mine = sorted((one for one in every if role in one.roles), key=lambda one: one.place)
    return tuple(mine[:MOST_QUICK])
