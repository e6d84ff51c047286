"""Ledger tags of this room."""

from enum import StrEnum


class Tag(StrEnum):
    """LOADED: the register of agencies as it holds from now on, by the SHA-256 of its codes."""

    LOADED = "agencies:register:loaded"
