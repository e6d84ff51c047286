"""The demo's authorities publish fresh revocation lists by the city's clock, in a demo only."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from market.demo.jobs import renew_crls
from market.kernel.actors import THE_CLOCK
from tests.factories.city import TestCity


@pytest.fixture(autouse=True)
def founded(city: TestCity, offices: Path) -> None:
    shutil.copytree(offices / "authority", city.tools.data.parent / "authority")


def newest(city: TestCity) -> datetime | None:
    return max((one.last_update_utc for one in city.tools.trust().crls), default=None)


async def test_every_six_hours_of_the_city_s_clock(city: TestCity) -> None:
    await renew_crls(city.demo_call(THE_CLOCK))
    first = city.clock()
    assert newest(city) == first
    city.clock.forward(hours=5, minutes=59)
    await renew_crls(city.demo_call(THE_CLOCK))
    assert newest(city) == first
    city.clock.forward(minutes=1)
    await renew_crls(city.demo_call(THE_CLOCK))
    assert newest(city) == city.clock()


async def test_not_in_a_city_in_earnest(city: TestCity) -> None:
    await renew_crls(city.call(THE_CLOCK))
    assert newest(city) is None


async def test_not_before_the_authorities_are_founded(city: TestCity) -> None:
    shutil.rmtree(city.tools.data.parent / "authority")
    await renew_crls(city.demo_call(THE_CLOCK))
    assert newest(city) is None
