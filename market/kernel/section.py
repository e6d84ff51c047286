"""Sections of a dossier: the files that each room adds, listed in its ``dossier.SECTIONS``."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from market.kernel.call import Tools
from signing.rounds.ledger_view import Entry

File = tuple[str, bytes | Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a dossier tells: a project, and the entries about it under the dossier's checkpoint."""

    project: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Files about one thing (``round:DZ-2026-000318/1``) of a kind (``round``; empty: of any).

    ``files(tools, told, about)`` gives path and content in a fixed order; paths are
    ``signing.dossier.layout``'s. The bytes follow from the entries alone.
    """

    kind: str
    files: Callable[[Tools, Told, str], AsyncIterator[File]]
