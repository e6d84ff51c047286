"""Towns at rest: lived once a run up to a milestone, and copied for every test that begins there.

A test begins at the furthest milestone whose name is among its fixtures: who asks for
``accepting: Round`` gets a town in which a round takes applications.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from market.app import make_app
from market.city import open_database
from market.selection.states import State
from market.settings import Settings
from signing.cms.signer import Signer
from tests.factories import audits, openings, redoing
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.postgres import database
from tests.factories.settled import found_trustees, settle_town, wake
from tests.factories.town import FOUNDED, Applicant, Town

PRICES: Final = (9_000_000, 8_000_000, 8_500_000)  # of the first three applicants, in fen
FIRST: Final = "settled"
Live = Callable[[Town], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Resting:
    """A town at rest: its folder, its database, and what has to be known to wake it."""

    home: Path
    database: str
    now: datetime
    applicants: list[Applicant]
    signers: dict[str, Signer]
    lists_until: datetime
    about: str


async def _accepting(town: Town) -> None:
    town.about = (await town.publish(way="price")).about


async def _two_accepting(town: Town) -> None:
    await town.publish(way="price")


async def _applied(town: Town) -> None:
    await town.apply(town.about, *PRICES)


async def _frozen(town: Town) -> None:
    town.down = {"notary"}
    assert (await town.to_reveal(town.about)).state is State.FROZEN


async def _revealed(town: Town) -> None:
    assert (await town.to_reveal(town.about)).state is State.REVEALED


async def _concluded(town: Town) -> None:
    await town.later(days=3)
    assert (await town.round(town.about)).state is State.CONCLUDED


MILESTONES: Final[dict[str, tuple[str, Live]]] = {
    "accepting": (FIRST, _accepting),
    "two_accepting": ("accepting", _two_accepting),
    "applied": ("accepting", _applied),
    "frozen": ("applied", _frozen),
    "revealed": ("applied", _revealed),
    "concluded": ("revealed", _concluded),
    "failed": (FIRST, redoing.nobody_came),
    "asked": ("failed", redoing.asked_twice),
    "case": ("accepting", openings.breached),
    "audited_early": ("accepting", audits.named),
    "audited": ("audited_early", audits.noticed),
    "twice": ("accepting", audits.doubled),
}
"""{milestone: the one before, how the town lives on from there}; of two, the later is further."""


@dataclass(slots=True)
class Towns:
    """Every town at rest that this run has made."""

    folder: Path
    offices: Path
    postgres: Path | None
    databases: AsyncExitStack
    made: dict[str, Resting] = field(default_factory=dict)

    async def at(self, milestone: str) -> Resting:
        """The town of a milestone, lived when it is first asked for."""
        if milestone not in self.made:
            self.made[milestone] = await self._lived(milestone)
        return self.made[milestone]

    async def _lived(self, milestone: str) -> Resting:
        before, live = MILESTONES.get(milestone, ("", settle_town))
        earlier = await self.at(before) if before else self._founded()
        home = self.folder / milestone
        settings = await self.databases.enter_async_context(copied(earlier, home, self.postgres))
        clock = FakeClock(earlier.now)
        app = make_app(settings, clock, jobs=False)
        async with open_database(settings):
            city = TestCity(app, app.state.door.tools, clock)
            with woken(city, settings, earlier, self.offices) as town:
                await live(town)
        name, now = settings.database, clock()
        known = (town.applicants, town.signers)
        return Resting(home, name, now, *known, town.lists_until, town.about)

    def _founded(self) -> Resting:
        home = self.folder / "founded"
        found_trustees(Settings(data=home / "city"), home / "trustees")
        shutil.copytree(self.offices / "seal", home / "city" / "seal")
        return Resting(home, "", FakeClock().now, [], {}, FOUNDED, "")


@asynccontextmanager
async def copied(resting: Resting, home: Path, postgres: Path | None) -> AsyncIterator[Settings]:
    """The settings of a copy in ``home``; its database lives as long as the block."""
    shutil.copytree(resting.home, home, dirs_exist_ok=True)
    async with database(postgres, resting.database) as name:
        yield Settings(data=home / "city", database=name)


@pytest.fixture
async def settings(
    resting: Resting, tmp_path: Path, postgres: Path | None
) -> AsyncIterator[Settings]:
    """The settings of a copy of the town with which a test begins."""
    async with copied(resting, tmp_path, postgres) as found:
        yield found


@contextmanager
def woken(city: TestCity, settings: Settings, resting: Resting, offices: Path) -> Iterator[Town]:
    """The town as it lay down, at the hour at which it did."""
    city.clock.now = resting.now
    town = Town(city, settings, [], offices, list(resting.applicants), dict(resting.signers))
    town.lists_until, town.about = resting.lists_until, resting.about
    town.trustees = wake(city, town.home / "trustees")
    yield town
    for one in town.trustees:
        one.memory.close()
