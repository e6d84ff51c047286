"""Reads of this room: frozen dataclasses made for a page, never a table row."""

from market.projects.queries.cards import ProjectCard, card, need
from market.projects.queries.desk import GROUPS, Desk, Filling, desk, filling
from market.projects.queries.listing import Listing, Wish, listing, stream, wish_of
from market.projects.queries.numbers import Numbers, numbers

__all__ = [
    "GROUPS",
    "Desk",
    "Filling",
    "Listing",
    "Numbers",
    "ProjectCard",
    "Wish",
    "card",
    "desk",
    "filling",
    "listing",
    "need",
    "numbers",
    "stream",
    "wish_of",
]
