"""``python -m market.demo``: found the city that the environment describes, and go.

A process of its own, because its memory shall go with it.
"""

import asyncio

from market.demo.founding import found_city
from market.settings import from_environment

if __name__ == "__main__":
    settings = from_environment()
    asyncio.run(found_city(settings, settings.data.parent))
