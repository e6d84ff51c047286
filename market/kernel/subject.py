"""What the ledger speaks of: kinds of things, listed by each room in its ``events.SUBJECTS``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind: ``round`` for what is recorded about ``round:DZ-2026-000318/1``.

    ``history`` begins the address at which everything of one root (``DZ-2026-000318``) is told;
    kinds with the same one are told together. ``words``: the key of what is shown instead of a name
    that tells nothing.
    """

    kind: str
    history: str = ""
    words: str = ""
