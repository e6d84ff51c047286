"""A timed job: what time does by itself, listed by each room in its ``jobs.JOBS``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from market.kernel.call import Call


@dataclass(frozen=True, slots=True)
class Job:
    """One job: every how many seconds, and what. It guards itself in the database."""

    name: str
    seconds: float
    run: Callable[[Call], Awaitable[None]]
