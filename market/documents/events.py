"""Ledger tags of papers."""

from enum import StrEnum


class Tag(StrEnum):
    """What is recorded about a paper; ``about`` is that of what it is a paper of."""

    ORDERED = "documents:paper:ordered"
    SIGNED = "documents:paper:signed"
