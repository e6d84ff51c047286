"""Whether an item is in use.

Opening and closing follow the department's decisions, loaded with the list (``seed.py``); there is
no transition by hand.
"""

from enum import StrEnum


class ItemState(StrEnum):
    """OPEN: projects may ask for it. CLOSED: cleared, kept for those who look for it."""

    OPEN = "open"
    CLOSED = "closed"
