"""What a project really waits for, in words for its reader: told by the rooms that move it."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from market import rooms
from market.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Status:
    """``said`` is a key of words; ``until``: the hour that is waited for, if it is one."""

    said: str
    until: datetime | None = None


# Of those projects that the room moves now, by code.
Statuses: TypeAlias = Callable[[Collection[str], Actor, datetime], Awaitable[dict[str, Status]]]


async def statuses(codes: Collection[str], actor: Actor, now: datetime) -> dict[str, Status]:
    """What all rooms (``panels.STATUSES``) say of these projects, by code."""
    of_rooms: list[Statuses] = rooms.gathered("panels", "STATUSES")
    found: dict[str, Status] = {}
    for of_room in of_rooms if codes else ():
        found |= await of_room(codes, actor, now)
    return found
