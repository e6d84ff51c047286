"""Tables of the rounds, by who writes them."""

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
    Decision,
    Freeze,
    Judging,
    Result,
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

__all__ = [
    "Admitted",
    "BlindAudit",
    "BoxReport",
    "Contribution",
    "Decision",
    "Envelope",
    "Freeze",
    "Judging",
    "Nullifier",
    "Opened",
    "OpeningOrder",
    "Paper",
    "Release",
    "Result",
    "Round",
    "SealedShare",
    "Share",
    "Submission",
    "TrusteeAlarm",
    "TrusteeSeen",
    "Withdrawal",
]
