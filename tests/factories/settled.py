"""What a town is founded with: offices, trustees, a register, people and their certificates."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from market.accounts import seed as people
from market.accounts.models import Organisation
from market.agencies.models import Agency
from market.agencies.queries import candidates
from market.demo import authority
from market.documents import seal
from market.kernel.actors import Actor, Role
from market.settings import Settings
from signing.cms.signer import Signer
from signing.pki.subjects import Subject
from signing.trustee import keys
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.factories.city import TestCity
from tests.factories.needs import ITEM
from tests.factories.people import few
from tests.factories.register import fill
from tests.factories.town import FOUNDED, OWNER, SECOND, Applicant, Town, record, record_person

TRUSTEES = (("regulator", False), ("notary", False), ("platform", True))
STAFFED = ("own-0001", "own-0002", "dep-water", "reg-0001", "opr-0001")


def found_offices(folder: Path) -> None:
    """Two authorities and the city's seal."""
    authority.found_authorities(folder / "authority", "达州市", FOUNDED)
    ec, rsa = (authority.office(folder / "authority", c) for c in ("ca_a", "ca_b"))
    name = "达州市中介超市（演示）"
    paper = authority.issue(ec, "organisation", Subject(name, name), FOUNDED)
    stamps = Subject("演示时间戳服务", "演示认证中心乙")
    seal.install(folder / "seal", paper, authority.issue(rsa, "tsa", stamps, FOUNDED, "rsa"))


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
    """The trustees; each pins the city's keys when it first meets them."""
    found = []
    for home in (folder / name for name, _ in TRUSTEES):
        if not (home / keys.TRUST).exists():
            keys.pin(home, city.tools.anchors.data)
        found.append(Trustee(keys.load(home), keys.pinned(home), Memory(home / FILE)))
    return found


async def settle_town(town: Town, how_many: int = 6) -> None:
    """Register, people and the certificates of those who will apply."""
    town.renew()
    await fill(town.city, 40)
    await people._seed(town.city.demo_call(), few(), {})
    able = [c for c in await candidates(ITEM.code, town.clock()) if c.qualified]
    clerks = [clerk_of(c.code, n) for n, c in enumerate(able[:how_many])]
    staff = [p for p in people.read()["people"] if p["organisation"] in STAFFED]
    given = {"organisations": [], "people": [*staff, *clerks]}
    await people._seed(town.city.demo_call(), given, {p["code"]: "!" for p in given["people"]})
    town.signers = {one.code: await enrol_person(town, one) for one in (OWNER, SECOND)}
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


async def enrol_person(town: Town, actor: Actor) -> Signer:
    """Give one of an owner's people a certificate."""
    body = await Organisation.get(code=actor.organisation)
    office = authority.office(town.offices / "authority", "ca_a")
    subject = Subject(actor.name, body.name, number=actor.code, credit_code=body.credit_code)
    signer = authority.issue(office, "person", subject, FOUNDED + timedelta(days=1)).signer
    await record_person(town.call(), signer.certificate, actor.code)
    return signer


async def enrol(town: Town, agency: str) -> Applicant:
    """Give an agency its certificate."""
    card = await Agency.get(code=agency)
    office = authority.office(town.offices / "authority", "ca_a")
    subject = Subject(card.name, card.name, credit_code=card.credit_code)
    holding = authority.issue(office, "organisation", subject, FOUNDED + timedelta(days=1))
    await record(town.call(), holding.signer.certificate, agency)
    actor = Actor(Role.AGENCY, f"{agency}-clerk", card.name, agency, card.name, ("511700",), agency)
    return Applicant(actor, holding, card.name, card.credit_code)
