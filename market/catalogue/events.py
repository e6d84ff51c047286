"""Ledger tags of this room."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from signing.core.facts import Digest, Facts, Natural


class Tag(StrEnum):
    """LOADED: the list of items as it holds from now on, by its SHA-256."""

    LOADED = "catalogue:items:loaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Facts):
    """How many rows, and the hash."""

    tag: ClassVar[str] = Tag.LOADED
    count: Natural
    sha256: Digest
