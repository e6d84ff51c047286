"""Who takes a step once its stage is over, and how one finds out that others gave their part."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q

from market.kernel.call import Call
from market.selection.progress import Progress
from market.selection.stages import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """The step of one stage.

    ``given``: whether its givers gave all; ``among``: which rounds of its state can be due at an
    hour at all, where a column tells.
    """

    stage: Stage
    take: Callable[[Call, str], Awaitable[None]]
    given: Callable[[Progress], Awaitable[bool]] | None = None
    among: Callable[[datetime], Q] | None = None
