"""The menu: the public lines are the same for everybody, a role's own rooms stand before them."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from market import rooms
from market.kernel.actors import Role

OPEN: Final = "/open"  # 公开与核验: one page that leads to everything below it


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A line of the menu (``panels.MENU``): ``place`` orders them, ``label`` is a text to say.

    ``roles``: whose room it is, None for a public one. ``under``: the address of the page that
    lists it instead of the menu, with ``text`` saying what one finds there.
    """

    place: int
    href: str
    label: str
    roles: frozenset[Role] | None = None
    under: str = ""
    text: str = ""


def public_menu() -> tuple[MenuLine, ...]:
    """What the menu shows to everybody."""
    return tuple(line for line in _lines() if line.roles is None and not line.under)


def rooms_of(role: Role) -> tuple[MenuLine, ...]:
    """The rooms of a role, its desk first."""
    return tuple(line for line in _lines() if line.roles is not None and role in line.roles)


def below(href: str) -> tuple[MenuLine, ...]:
    """What the page at ``href`` leads to."""
    return tuple(line for line in _lines() if line.under == href)


@cache
def _lines() -> tuple[MenuLine, ...]:
    lines: list[MenuLine] = rooms.gathered("panels", "MENU")
    return tuple(sorted(lines, key=lambda line: line.place))
