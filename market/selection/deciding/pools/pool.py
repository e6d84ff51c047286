"""What freezing and deciding ask of a pool; each pool answers in a module of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from market.kernel.call import Call, Tools
from market.selection.deciding.opening import Contents
from market.selection.models import Round
from signing.rounds.intake import Rows
from signing.ways.applications import Judged


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze document, the roots that its entry names, how many it holds, the snapshot's hash."""

    data: bytes
    root: str
    standing_root: str | None
    count: int
    snapshot_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class PoolSteps:
    """How a pool is frozen, judged and shown.

    ``freeze`` fixes who counts, ``judge`` gives who can be drawn from what was opened, ``shown``
    are facts that the decision publishes beside the draw.
    """

    freeze: Callable[[Call, Round, Rows], Awaitable[Frozen]]
    judge: Callable[[Call, Round, Contents], Awaitable[Judged]]
    shown: Callable[[Tools, Round], dict[str, str]]
