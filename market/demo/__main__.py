"""``python -m market.demo``: found the city that the environment describes, and go.

A process of its own, because its memory shall go with it; so none of it is worth collecting.
"""

import asyncio
import gc
from importlib import import_module

from market.settings import from_environment
from signing import terminal


def found() -> None:
    """Found the city and live its story."""
    gc.disable()
    settings = from_environment()
    found_city = import_module("market.demo.founding").found_city
    asyncio.run(found_city(settings, settings.data.parent))


if __name__ == "__main__":
    terminal.run(found)
