"""Ledger tags of papers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from signing.core.facts import Digest, Facts, Text


class Tag(StrEnum):
    """What is recorded about a paper; ``about`` is that of what it is a paper of."""

    ORDERED = "documents:paper:ordered"
    SIGNED = "documents:paper:signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered(Facts):
    """A paper is to be set and sealed: its kind, and the hash of what it states."""

    tag: ClassVar[str] = Tag.ORDERED
    paper: Text
    data_sha256: Digest
