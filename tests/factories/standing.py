"""A round with all that its steps left, flat, as tests ask for it."""

from dataclasses import dataclass
from typing import Any

from market.selection import progress
from market.selection.models import Round
from market.selection.progress import Progress

_STEPS = {
    "freeze_sha256": ("freeze", "sha256"),
    "freeze_index": ("freeze", "index"),
    "frozen_at": ("freeze", "at"),
    "count": ("freeze", "count"),
    "transcript_sha256": ("decision", "transcript_sha256"),
    "ranking_sha256": ("decision", "ranking_sha256"),
    "decided_at": ("decision", "at"),
    "chosen": ("decision", "chosen"),
    "moves": ("decision", "moves"),
    "flagged": ("clarification", "flagged"),
    "explanation": ("clarification", "explanation"),
    "winner": ("result", "winner"),
    "winner_price_fen": ("result", "price_fen"),
    "publicity_until": ("result", "publicity_until"),
}


@dataclass(frozen=True, slots=True)
class RoundAsItStands:
    """The columns of the round, and those of its steps: None while a step was not taken."""

    progress: Progress

    def __getattr__(self, name: str) -> Any:
        if name not in _STEPS:
            return getattr(self.progress.round, name)
        step, column = _STEPS[name]
        row = getattr(self.progress, step)
        return None if row is None else getattr(row, column)


async def as_it_stands(about: str) -> RoundAsItStands:
    """The round of that name now."""
    return RoundAsItStands(await progress.of(await Round.get(about=about)))
