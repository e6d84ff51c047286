"""A city with three real trustees, an authority and people, to live whole rounds through."""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import Certificate

from market.accounts import seed as people
from market.accounts import steps as accounts
from market.agencies.models import Agency
from market.agencies.queries import candidates
from market.app import make_app
from market.audit.models import LedgerEntry
from market.city import open_database
from market.demo import authority
from market.demo.authority import Holding
from market.demo.players import apply_sealed, publish_need, trustees_turn
from market.documents import seal
from market.documents.jobs import sign_ordered
from market.infra.db import use_case
from market.kernel.actors import THE_CLOCK, Actor, Role
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection.jobs import advance_due
from market.selection.models import Round
from market.settings import Settings
from signing.cms.signer import Signer
from signing.core import canonical
from signing.pki.subjects import Subject
from signing.trustee import keys
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.needs import ITEM, typed
from tests.factories.people import few
from tests.factories.postgres import database
from tests.factories.register import fill

TRUSTEES = (("regulator", False), ("notary", False), ("platform", True))
FOUNDED = FakeClock().now - timedelta(days=60)
MOST_TURNS = 12
OWNER = Actor(
    Role.OWNER, "owner", "罗演之", "own-0001", "通川区水务局（演示）", ("511702",), "owner"
)


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
    down: set[str] = field(default_factory=set)
    lists_until: datetime = FOUNDED

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
        made = await _ready(self.call(OWNER), typed(self.clock(), **changes))
        assert made is not None
        return str(made["code"])

    async def publish(self, **changes: str) -> Round:
        """A published round that accepts applications."""
        await self.turns()
        about = await publish_need(self.call(OWNER), await self.ready(**changes))
        await self.turns()
        return await self.round(about)

    async def round(self, about: str) -> Round:
        """The round as it stands."""
        return await Round.get(about=about)

    async def apply(self, about: str, *prices: int | None) -> list[Applicant]:
        """One sealed application a price, each of another agency."""
        those = self.applicants[: len(prices)]
        for one, price in zip(those, prices, strict=True):
            self.clock.forward(minutes=1)
            await apply_sealed(self.call(one.actor), about, one.signer, price)
        await self.turns()
        return those

    async def to_reveal(self, about: str) -> Round:
        """Past the deadline, until somebody is named or the round failed."""
        await self.until((await self.round(about)).deadline_at)
        await self.later(minutes=6)
        return await self.round(about)

    async def _state(self) -> list[Any]:
        return list(await Round.all().order_by("about").values_list("about", "state", "closing_at"))


@use_case
async def _ready(call: Call, values: dict[str, str]) -> dict[str, str]:
    return {"code": await projects.create_ready(call, values)}


@use_case
async def record(call: Call, certificate: Certificate, organisation: str) -> None:
    """Let a certificate stand for an agency."""
    await accounts.record_certificate(call, certificate, organisation=organisation)


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two authorities and the city's seal, made once: keys are slow."""
    folder = tmp_path_factory.mktemp("offices")
    authority.found_authorities(folder / "authority", "达州市", FOUNDED)
    ec, rsa = (authority.office(folder / "authority", c) for c in ("ca_a", "ca_b"))
    name = "达州市中介超市（演示）"
    paper = authority.issue(ec, "organisation", Subject(name, name), FOUNDED)
    stamps = Subject("演示时间戳服务", "演示认证中心乙")
    seal.install(folder / "seal", paper, authority.issue(rsa, "tsa", stamps, FOUNDED, "rsa"))
    yield folder
    shutil.rmtree(folder)


def found_trustees(settings: Settings, folder: Path) -> None:
    """Keys of the trustees, and the city's book of them."""
    rows = []
    for name, platform in TRUSTEES:
        own = keys.new(name, f"{settings.origin}/{name}", platform=platform)
        keys.save(folder / name, own)
        names = ("id", "name", "hpke", "ed25519", "platform")
        rows.append({n: getattr(own.fellow, n) for n in names})
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.trustees_file.write_text(json.dumps({"k": 2, "trustees": rows}))


def wake(city: TestCity, folder: Path) -> list[Trustee]:
    """The trustees, each pinning the city's keys."""
    found = []
    for name, _ in TRUSTEES:
        home = folder / name
        keys.pin(home, city.tools.anchors.data)
        found.append(Trustee(keys.load(home), keys.pinned(home), Memory(home / FILE)))
    return found


@dataclass(frozen=True, slots=True)
class Mother:
    """A settled town at rest: its folder and its database, to be copied."""

    home: Path
    database: str
    applicants: list[Applicant]
    lists_until: datetime


@pytest.fixture(scope="session")
async def mother(
    offices: Path, tmp_path_factory: pytest.TempPathFactory, postgres: Path | None
) -> AsyncIterator[Mother]:
    """The town that every test begins with, settled once."""
    home = tmp_path_factory.mktemp("mother")
    found_trustees(Settings(data=home / "city"), home / "trustees")
    async with database(postgres) as name:
        settings = Settings(data=home / "city", database=name)
        clock = FakeClock()
        app = make_app(settings, clock, jobs=False)
        shutil.copytree(offices / "seal", settings.data / "seal")
        async with open_database(settings):
            city = TestCity(app, app.state.door.tools, clock)
            made = Town(city, settings, wake(city, home / "trustees"), offices)
            made.renew()
            await settle_town(made)
            for one in made.trustees:
                one.memory.close()
        kept = "" if postgres is None else str(json.loads(name)["database"])
        yield Mother(home, kept, made.applicants, made.lists_until)


@pytest.fixture
async def settings(
    mother: Mother, tmp_path: Path, postgres: Path | None
) -> AsyncIterator[Settings]:
    """The settings of a copy of the settled town."""
    shutil.copytree(mother.home, tmp_path, dirs_exist_ok=True)
    async with database(postgres, mother.database) as name:
        yield Settings(data=tmp_path / "city", database=name)


@pytest.fixture
async def town(
    city: TestCity, settings: Settings, mother: Mother, offices: Path, tmp_path: Path
) -> AsyncIterator[Town]:
    """The city with people, a small register and agencies that may apply."""
    trustees = wake(city, tmp_path / "trustees")
    made = Town(city, settings, trustees, offices, list(mother.applicants))
    made.lists_until = mother.lists_until
    yield made
    for one in made.trustees:
        one.memory.close()


async def settle_town(town: Town, how_many: int = 6) -> None:
    """Register, people and the certificates of those who will apply."""
    await fill(town.city, 40)
    await people._seed(town.city.demo_call(), few(), {})
    able = [c for c in await candidates(ITEM.code, town.clock()) if c.qualified]
    clerks = [clerk_of(c.code, n) for n, c in enumerate(able[:how_many])]
    staff = [p for p in people.read()["people"] if p["organisation"] in STAFFED]
    given = {"organisations": [], "people": [*staff, *clerks]}
    await people._seed(town.city.demo_call(), given, {p["code"]: "!" for p in given["people"]})
    town.applicants = [await enrol(town, c.code) for c in able[:how_many]]


STAFFED = ("own-0001", "own-0002", "dep-water", "reg-0001", "opr-0001")


def clerk_of(agency: str, number: int) -> dict[str, Any]:
    """The person who acts for an agency."""
    return {
        "code": f"{agency}-clerk",
        "login": f"{agency}-clerk",
        "name": f"演示人{chr(0x4E00 + number * 7)}",
        "organisation": agency,
        "phone": f"1390000{number:04d}",
        "grants": [{"role": "agency", "regions": ["511700"]}],
    }


async def enrol(town: Town, agency: str) -> Applicant:
    """Give an agency its certificate."""
    card = await Agency.get(code=agency)
    office = authority.office(town.offices / "authority", "ca_a")
    subject = Subject(card.name, card.name, credit_code=card.credit_code)
    holding = authority.issue(office, "organisation", subject, FOUNDED + timedelta(days=1))
    await record(town.call(), holding.signer.certificate, agency)
    actor = Actor(Role.AGENCY, f"{agency}-clerk", card.name, agency, card.name, ("511700",), agency)
    return Applicant(actor, holding, card.name, card.credit_code)


async def entries(about: str) -> list[dict[str, Any]]:
    """What the ledger says about a round, oldest first."""
    rows = await LedgerEntry.filter(about=about).order_by("index")
    return [canonical.loads(bytes(row.data)) for row in rows]


async def tags(about: str) -> list[str]:
    """The last word of every tag of a round."""
    return [row["tag"].rsplit(":", 1)[-1] for row in await entries(about)]
