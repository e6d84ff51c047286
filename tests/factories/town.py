"""A city with three real trustees, an authority and people, to live whole rounds through."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate

from market.accounts import steps as accounts
from market.app import make_app
from market.audit.models import LedgerEntry
from market.demo import authority
from market.demo.authority import Holding
from market.demo.players import apply_sealed, publish_need, trustees_turn
from market.documents.jobs import sign_ordered
from market.infra.db import use_case
from market.kernel.actors import THE_CLOCK, Actor, Role
from market.kernel.call import Call
from market.projects import steps as projects
from market.projects.actions import Begun
from market.selection.jobs import advance_due
from market.selection.models import Round
from market.settings import Settings
from signing.cms.signer import Signer
from signing.core import canonical
from signing.trustee.trustee import Trustee
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.needs import typed
from tests.factories.standing import RoundAsItStands, as_it_stands

FOUNDED = FakeClock().now - timedelta(days=60)
MOST_TURNS = 12
OWNER = Actor(
    Role.OWNER, "owner", "罗演之", "own-0001", "通川区水务局（演示）", ("511702",), "owner"
)
SECOND = replace(OWNER, code="owner-b", name="柳演发", session="owner-b")


@dataclass(frozen=True, slots=True)
class Applicant:
    """An agency of the register, as its clerk and with its certificate."""

    actor: Actor
    holding: Holding
    name: str
    credit_code: str

    @property
    def code(self) -> str:
        """The agency's code."""
        return str(self.actor.organisation)

    @property
    def signer(self) -> Signer:
        """What its certificate signs with."""
        return self.holding.signer


@dataclass(slots=True)
class Town:
    """A city whose trustees are awake unless they stand in ``down``."""

    city: TestCity
    settings: Settings
    trustees: list[Trustee]
    offices: Path
    applicants: list[Applicant] = field(default_factory=list)
    signers: dict[str, Signer] = field(default_factory=dict)
    """What people of owners sign with, by their code."""
    down: set[str] = field(default_factory=set)
    lists_until: datetime = FOUNDED
    about: str = ""
    """The round of the milestone at which it woke."""

    @property
    def home(self) -> Path:
        """The folder of all of it."""
        return self.settings.data.parent

    @property
    def clock(self) -> FakeClock:
        """The city's clock."""
        return self.city.clock

    def call(self, actor: Actor = THE_CLOCK) -> Call:
        """A call now."""
        return self.city.call(actor)

    def restart(self) -> None:
        """Everything that stood in memory is gone: a new application over the same data."""
        app = make_app(self.settings, self.clock, jobs=False)
        self.city = TestCity(app, app.state.door.tools, self.clock)

    def renew(self) -> None:
        """Fresh revocation lists, as an authority publishes them every few hours."""
        if self.clock() >= self.lists_until:
            trust = self.settings.data / "trust"
            authority.publish(self.offices / "authority", trust, FOUNDED, self.clock())
            self.lists_until = self.clock() + timedelta(hours=6)

    async def turns(self, most: int = MOST_TURNS) -> None:
        """Let time and trustees act until nothing moves."""
        self.renew()
        for _ in range(most):
            before = await self._state()
            awake = [t for t in self.trustees if t.own.id not in self.down]
            busy = await trustees_turn(self.call(), awake)
            await advance_due(self.call())
            await sign_ordered(self.call())
            if not busy and before == await self._state():
                return

    async def later(self, **by: float) -> None:
        """Let time pass, then everybody acts."""
        self.clock.forward(**by)
        await self.turns()

    async def until(self, at: datetime) -> None:
        """Go to an hour, then everybody acts."""
        self.clock.now = max(self.clock.now, at)
        await self.turns()

    async def ready(self, **changes: str) -> str:
        """A checked need of the owner."""
        return (await _ready(self.call(OWNER), typed(self.clock(), **changes))).code

    async def publish(self, **changes: str) -> RoundAsItStands:
        """A published round that accepts applications."""
        await self.turns()
        about = await self.publish_ready(await self.ready(**changes))
        await self.turns()
        return await self.round(about)

    async def publish_ready(self, code: str, actor: Actor = OWNER) -> str:
        """Publish a checked need, signed; gives the round's name."""
        return await publish_need(self.call(actor), code, self.signers.get(actor.code))

    async def round(self, about: str) -> RoundAsItStands:
        """The round as it stands."""
        return await as_it_stands(about)

    async def apply(self, about: str, *prices: int | None) -> list[Applicant]:
        """One sealed application a price, each of another agency."""
        those = self.applicants[: len(prices)]
        for one, price in zip(those, prices, strict=True):
            self.clock.forward(minutes=1)
            await apply_sealed(self.call(one.actor), about, one.signer, price)
        await self.turns()
        return those

    async def to_reveal(self, about: str) -> RoundAsItStands:
        """Past the deadline, until somebody is named or the round failed."""
        await self.until((await self.round(about)).deadline_at)
        await self.later(minutes=6)
        return await self.round(about)

    async def _state(self) -> list[Any]:
        return list(await Round.all().order_by("about").values_list("about", "state", "closing_at"))


@use_case
async def _ready(call: Call, values: dict[str, str]) -> Begun:
    return Begun(await projects.create_ready(call, values))


@use_case
async def record(call: Call, certificate: Certificate, organisation: str) -> None:
    """Let a certificate stand for an agency."""
    await accounts.record_certificate(call, certificate, organisation=organisation)


@use_case
async def record_person(call: Call, certificate: Certificate, person: str) -> None:
    """Let a certificate stand for a person."""
    await accounts.record_certificate(call, certificate, person=person)


async def entries(about: str) -> list[dict[str, Any]]:
    """What the ledger says about a round, oldest first."""
    rows = await LedgerEntry.filter(about=about).order_by("index")
    return [canonical.loads(bytes(row.data)) for row in rows]


async def tags(about: str) -> list[str]:
    """The last word of every tag of a round."""
    return [row["tag"].rsplit(":", 1)[-1] for row in await entries(about)]
