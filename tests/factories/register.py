"""A city whose catalogue and register of agencies are filled."""

from market.agencies.invent import invent
from market.agencies.seed import demo_world, store
from market.agencies.seed import seed as enter_agencies
from market.catalogue.seed import seed as enter_items
from market.infra.db import unit
from market.kernel.actors import THE_CLOCK
from tests.factories.city import TestCity


async def fill(city: TestCity, agencies: int | None = None) -> None:
    """The items and the first ``agencies`` invented ones (default: all), as of the city's day."""
    call = city.demo_call(THE_CLOCK)
    await enter_items(call)
    if agencies is None:
        await enter_agencies(call)
        return
    world = demo_world(call)
    async with unit():
        await store(invent(number, world) for number in range(1, agencies + 1))
