"""Slow hashes, a few at a time: whoever tries passwords by the dozen keeps nobody from a page.

They run in threads of their own, one processor is left to everybody else, and only so many wait:
the next is told to come back, at once.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from market.kernel.errors import Kind, MarketError

AT_ONCE: Final = max(1, min(4, (os.cpu_count() or 2) - 1))
MOST_WAITING: Final = 24
PATIENCE: Final = 10.0  # seconds in the queue
RETRY_AFTER: Final = 5  # seconds
T = TypeVar("T")

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashing")
_asked: set[object] = set()


async def slowly(work: Callable[..., T], *given: object) -> T:
    """What ``work`` gives, when its turn comes; raises too_many when too many wait already."""
    if len(_asked) >= AT_ONCE + MOST_WAITING:
        raise _busy()
    place = object()
    _asked.add(place)
    try:
        turn = asyncio.get_running_loop().run_in_executor(_threads, work, *given)
        return await asyncio.wait_for(turn, PATIENCE)
    except TimeoutError:
        raise _busy() from None
    finally:
        _asked.discard(place)


def _busy() -> MarketError:
    return MarketError("accounts.hashing_busy", Kind.TOO_MANY, retry_after=RETRY_AFTER)
