"""Fixtures of towns: what is founded or lived once a run, and what a test wakes a copy of.

Folders whose ``settings`` are a copy's say so in their conftest (``factories/milestones.py``).
Signing's tests need no market: it is imported where it is wanted.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from market.settings import Settings
    from tests.factories.city import TestCity
    from tests.factories.milestones import Resting, Towns
    from tests.factories.standing import RoundAsItStands
    from tests.factories.town import Town


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two authorities and the city's seal: keys are slow."""
    from tests.factories.settled import found_offices  # noqa: PLC0415 - as said above

    folder = tmp_path_factory.mktemp("offices")
    found_offices(folder)
    return folder


@pytest.fixture(scope="session")
async def towns(
    offices: Path, tmp_path_factory: pytest.TempPathFactory, postgres: Path | None
) -> AsyncIterator["Towns"]:
    """Towns at their milestones, each lived when it is first asked for."""
    from tests.factories.milestones import Towns  # noqa: PLC0415 - as said above

    async with AsyncExitStack() as databases:
        yield Towns(tmp_path_factory.mktemp("towns"), offices, postgres, databases)


@pytest.fixture
async def resting(request: pytest.FixtureRequest, towns: "Towns") -> "Resting":
    """The town at the furthest milestone that the test asks for."""
    from tests.factories.milestones import FIRST, MILESTONES  # noqa: PLC0415 - as said above

    asked = [name for name in MILESTONES if name in request.fixturenames]
    return await towns.at([FIRST, *asked][-1])


@pytest.fixture
def town(
    city: "TestCity", settings: "Settings", resting: "Resting", offices: Path
) -> Iterator["Town"]:
    """A city with people, a small register, three trustees and agencies that may apply."""
    from tests.factories.milestones import woken  # noqa: PLC0415 - as said above

    with woken(city, settings, resting, offices) as found:
        yield found


@pytest.fixture
async def accepting(town: "Town") -> "RoundAsItStands":
    """A round by price that takes applications."""
    return await town.round(town.about)


@pytest.fixture
async def applied(town: "Town") -> "RoundAsItStands":
    """The same with three applicants, at 90,000, 80,000 and 85,000 yuan."""
    return await town.round(town.about)


@pytest.fixture
async def frozen(town: "Town") -> "RoundAsItStands":
    """The same, its list fixed and its boxes shut: a trustee was away, which is back."""
    return await town.round(town.about)


@pytest.fixture
async def revealed(town: "Town") -> "RoundAsItStands":
    """The same, its second applicant named."""
    return await town.round(town.about)


@pytest.fixture
async def concluded(town: "Town") -> "RoundAsItStands":
    """The same, its notice signed."""
    return await town.round(town.about)


@pytest.fixture
async def failed(town: "Town") -> str:
    """A project whose round by lot had no applicants."""
    return str((await town.round(f"{town.about.rpartition('/')[0]}/1")).project)
