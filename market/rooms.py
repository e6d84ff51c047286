"""The rooms of the house, highest floor first: the one list.

What a room contributes (addresses, timed jobs, tables) stands in modules of the same names in every
room; ``routes.py``, ``jobs.py`` and ``schema.py`` gather it along this list. The import contract
and the house tests are held equal to it. A new room is one folder and one line here.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

ROOMS: Final = (
    "demo",
    "desk",
    "oversight",
    "dossiers",
    "selection",
    "projects",
    "agencies",
    "catalogue",
    "documents",
    "accounts",
    "audit",
)


def names(part: str) -> list[str]:
    """The modules called ``part`` of the rooms that have one, lowest floor first."""
    found = (f"market.{room}.{part}" for room in reversed(ROOMS))
    return [name for name in found if find_spec(name)]


def parts(part: str) -> Iterator[ModuleType]:
    """Those modules themselves."""
    return map(import_module, names(part))


def gathered(part: str, name: str) -> list[Any]:
    """What all of them list under ``name``, one after the other; a room may have nothing of it."""
    return [one for module in parts(part) for one in getattr(module, name, ())]


def merged(part: str, name: str) -> dict[Any, Any]:
    """The mappings that they have under ``name``, as one."""
    return {key: one for module in parts(part) for key, one in getattr(module, name, {}).items()}
