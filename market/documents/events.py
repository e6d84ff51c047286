"""Ledger tags of papers."""

from enum import StrEnum


class Tag(StrEnum):
    """What is recorded about a paper; ``about`` is that of the round it belongs to."""

    ORDERED = "documents:paper:ordered"
    SIGNED = "documents:paper:signed"
