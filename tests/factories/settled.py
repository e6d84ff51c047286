"""The town that every test of a round begins with: founded once a session, copied for each test."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from market.accounts import seed as people
from market.agencies.models import Agency
from market.agencies.queries import candidates
from market.app import make_app
from market.city import open_database
from market.demo import authority
from market.documents import seal
from market.kernel.actors import Actor, Role
from market.settings import Settings
from signing.pki.subjects import Subject
from signing.trustee import keys
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.needs import ITEM
from tests.factories.people import few
from tests.factories.postgres import database
from tests.factories.register import fill
from tests.factories.town import FOUNDED, Applicant, Town, record

TRUSTEES = (("regulator", False), ("notary", False), ("platform", True))
STAFFED = ("own-0001", "own-0002", "dep-water", "reg-0001", "opr-0001")


@dataclass(frozen=True, slots=True)
class Mother:
    """A settled town at rest: its folder and its database, to be copied."""

    home: Path
    database: str
    applicants: list[Applicant]
    lists_until: datetime


def found_offices(folder: Path) -> None:
    """Two authorities and the city's seal."""
    authority.found_authorities(folder / "authority", "达州市", FOUNDED)
    ec, rsa = (authority.office(folder / "authority", c) for c in ("ca_a", "ca_b"))
    name = "达州市中介超市（演示）"
    paper = authority.issue(ec, "organisation", Subject(name, name), FOUNDED)
    stamps = Subject("演示时间戳服务", "演示认证中心乙")
    seal.install(folder / "seal", paper, authority.issue(rsa, "tsa", stamps, FOUNDED, "rsa"))


@asynccontextmanager
async def settled(home: Path, offices: Path, postgres: Path | None) -> AsyncIterator[Mother]:
    """Found a town in ``home``; its database lives as long as the block."""
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
