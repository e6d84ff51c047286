"""Kinds of papers, each listed by the room that orders it (its ``papers.PAPERS``)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from market import rooms
from signing.core.canonical import JsonObject


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind; catalogues call it ``paper.<name>``.

    ``check`` refuses a statement that is not whole, ``words`` gives what the typst ``template``
    shows of it, in Chinese: papers are administrative documents. ``page`` extends
    ``documents/show.html``. Every paper bears the platform's seal, at ``seal_at`` (points from the
    lower left corner).
    """

    name: str
    check: Callable[[JsonObject], object]
    words: Callable[[JsonObject], dict[str, Any]]
    template: str
    page: str
    seal_at: tuple[int, int] = (380, 150)


def named(name: str) -> PaperKind:
    """The kind of that name; KeyError when no room has it."""
    return kinds()[name]


@cache
def kinds() -> dict[str, PaperKind]:
    """Every kind by its name."""
    return {kind.name: kind for kind in rooms.gathered("papers", "PAPERS")}
