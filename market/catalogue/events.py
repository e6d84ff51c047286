"""Ledger tags of this room."""

from enum import StrEnum


class Tag(StrEnum):
    """LOADED: the list of items as it holds from now on, by its SHA-256."""

    LOADED = "catalogue:items:loaded"
