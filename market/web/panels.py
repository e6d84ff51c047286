"""What rooms contribute to pages that know none of them, each in its module ``panels``."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from market import rooms
from market.kernel.actors import Role

EVERYBODY: Final = frozenset(Role)


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
