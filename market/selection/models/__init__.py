"""Tables of the rounds, by who writes them."""

from typing import Final

from market.selection.models.orders import (
    BlindAudit,
    OpeningOrder,
    SealedShare,
)
from market.selection.models.rounds import (
    Contribution,
    Paper,
    Round,
)
from market.selection.models.steps import (
    Clarification,
    Decision,
    Freeze,
    Result,
    StepRow,
)
from market.selection.models.trustees import (
    BoxReport,
    Opened,
    Release,
    Share,
    TrusteeAlarm,
    TrusteeSeen,
)
from market.selection.models.uploads import (
    Admitted,
    Envelope,
    Nullifier,
    Submission,
    Withdrawal,
)

# What the steps of a round leave, in the order in which they are taken.
STEPS: Final[tuple[type[StepRow], ...]] = (Freeze, Decision, Clarification, Result)

__all__ = [
    "STEPS",
    "Admitted",
    "BlindAudit",
    "BoxReport",
    "Clarification",
    "Contribution",
    "Decision",
    "Envelope",
    "Freeze",
    "Nullifier",
    "Opened",
    "OpeningOrder",
    "Paper",
    "Release",
    "Result",
    "Round",
    "SealedShare",
    "Share",
    "StepRow",
    "Submission",
    "TrusteeAlarm",
    "TrusteeSeen",
    "Withdrawal",
]
