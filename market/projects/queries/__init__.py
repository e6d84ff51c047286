"""Reads of this room: frozen dataclasses made for a page, never a table row."""

from market.projects.queries.attachments import Attaching, attaching, attachment
from market.projects.queries.cards import ProjectCard, card, cards, need, needs, titles
from market.projects.queries.contact import Contact, contact, contact_on_notice
from market.projects.queries.listing import Listing, Wish, listing, stream, wish_of
from market.projects.queries.numbers import Numbers, numbers
from market.projects.queries.owned import Owned, owned
from market.projects.queries.owner_page import GROUPS, Desk, Filling, desk, filling, first_to_change
from market.projects.queries.publishing import Publishing, publishing
from market.projects.queries.redos import (
    Asking,
    RedoCard,
    asking,
    redo_signatures,
    redos,
    waiting_redo,
    waiting_redos,
)

__all__ = [
    "GROUPS",
    "Asking",
    "Attaching",
    "Contact",
    "Desk",
    "Filling",
    "Listing",
    "Numbers",
    "Owned",
    "ProjectCard",
    "Publishing",
    "RedoCard",
    "Wish",
    "asking",
    "attaching",
    "attachment",
    "card",
    "cards",
    "contact",
    "contact_on_notice",
    "desk",
    "filling",
    "first_to_change",
    "listing",
    "need",
    "needs",
    "numbers",
    "owned",
    "publishing",
    "redo_signatures",
    "redos",
    "stream",
    "titles",
    "waiting_redo",
    "waiting_redos",
    "wish_of",
]
