"""What a demo city begins with, listed by each room in its ``seed.SEEDS``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from market.kernel.call import Call


@dataclass(frozen=True, slots=True)
class Seed:
    """One load; ``place`` orders them: what it rests on has a smaller one."""

    place: int
    load: Callable[[Call], Awaitable[object]]
