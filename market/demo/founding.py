"""Founding the demo city: trustees, authorities, people, register, and the story so far.

Made once, kept in the data folder; keys and certificates are made here at run time and nowhere
else. A founding that was cut off is begun again.
"""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from cryptography import x509

from market import rooms
from market.accounts import seed as people
from market.accounts import steps as accounts
from market.accounts.models import Organisation, Person
from market.agencies.models import Agency
from market.city import make_tools, open_database
from market.demo import DONE, authority, scribe
from market.demo.authority import Holding
from market.demo.story import Stage, tell
from market.documents import seal
from market.infra import db, sqlite
from market.infra.db import use_case
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call, Tools
from market.kernel.clock import system_clock
from market.selection.regulator_keys import ORDER_KEYS
from market.settings import Settings
from signing.pki.subjects import Subject
from signing.trustee import keys, order_key
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee

TRUSTEES: Final = (("regulator", False), ("notary", False), ("platform", True))
K: Final = 2
PAST: Final = timedelta(days=42)  # what the story's working days take at most


def _clear(folder: Path) -> None:
    """Take away what a founding that was cut off has left."""
    for part in ("city", "trustees", "authority", "personas", "clock"):
        path = folder / part
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


async def found_city(settings: Settings, folder: Path) -> None:
    """Found the city in ``folder`` unless it stands already."""
    if (folder / DONE).exists():
        return
    _clear(folder)
    today = system_clock()
    _trustee_keys(settings, folder)
    stage_clock = _Hand(today - PAST)
    tools = make_tools(settings, stage_clock)
    trustees = _pinned_trustees(tools, folder)
    authority.found_authorities(folder / "authority", settings.city, today - 2 * PAST)
    renew = partial(
        authority.publish, folder / "authority", folder / "city" / "trust", today - 2 * PAST
    )
    with scribe.beside(settings) as writer, ExitStack() as memories:
        async with open_database(settings), _alone():
            await _populate(tools, folder, stage_clock)
            issue = _issuer(folder, today - PAST)
            stage = Stage(tools, trustees, {}, issue, renew, stage_clock.at, writer.sign)
            stage_clock.follow = stage.clock
            for one in trustees:
                memories.enter_context(one.memory.together())
            await tell(stage, today)
    for one in trustees:
        one.memory.close()
    (folder / "clock").write_text("0")
    (folder / DONE).write_text(today.isoformat())


@asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """Nobody else waits: statements run where they stand, and one sync at the end is enough.

    A founding that was cut off is begun again.
    """
    client = db.connection()
    if not isinstance(client, sqlite.Client):
        yield
        return
    await client.execute_script("PRAGMA synchronous=OFF")
    with client.alone():
        yield
    await client.execute_script("PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE)")


class _Hand:
    """A clock that stands still until the story takes it over."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.follow: Callable[[], datetime] | None = None

    def __call__(self) -> datetime:
        return self.follow() if self.follow else self.at


def _trustee_keys(settings: Settings, folder: Path) -> None:
    rows = []
    for name, platform in TRUSTEES:
        own = keys.new(name, f"{settings.origin}/{name}", platform=platform)
        keys.save(folder / "trustees" / name, own)
        fellow = own.fellow
        rows.append(
            {
                "id": fellow.id,
                "name": fellow.name,
                "hpke": fellow.hpke,
                "ed25519": fellow.ed25519,
                "platform": fellow.platform,
            }
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.trustees_file.write_text(json.dumps({"k": K, "trustees": rows}, indent=1))


def _pinned_trustees(tools: Tools, folder: Path) -> list[Trustee]:
    public = (order_key.make(folder / "personas" / "regulator-order.json"),)
    (tools.data / ORDER_KEYS).write_bytes(order_key.public_file(public))
    found = []
    for name, _ in TRUSTEES:
        home = folder / "trustees" / name
        keys.pin(home, tools.anchors.data, regulators=public)
        found.append(Trustee(keys.load(home), keys.pinned(home), Memory(home / FILE)))
    return found


async def _populate(tools: Tools, folder: Path, clock: Callable[[], datetime]) -> None:
    at = clock()
    call = Call(THE_CLOCK, at, tools)
    for seed in sorted(rooms.gathered("seed", "SEEDS"), key=lambda one: one.place):
        await seed.load(call)
    trust = folder / "city" / "trust"
    authority.publish(folder / "authority", trust, at - PAST, at)
    seal.install(
        folder / "city" / "seal",
        _city_seal(folder, tools.city.name, at),
        _timestamps(folder, at),
    )
    await _persona_certificates(call, folder)


def _city_seal(folder: Path, city: str, at: datetime) -> Holding:
    office = authority.office(folder / "authority", "ca_a")
    subject = Subject(f"{city}中介超市（演示）", f"{city}中介超市（演示）")
    return authority.issue(office, "organisation", subject, at - timedelta(days=1))


def _timestamps(folder: Path, at: datetime) -> Holding:
    office = authority.office(folder / "authority", "ca_b")
    subject = Subject("演示时间戳服务", "演示认证中心乙")
    return authority.issue(office, "tsa", subject, at - timedelta(days=1), "rsa")


def _issuer(
    folder: Path, at: datetime
) -> Callable[[Call, Agency | Organisation], Awaitable[Holding]]:
    office = authority.office(folder / "authority", "ca_b")

    async def issue(call: Call, body: Agency | Organisation) -> Holding:
        subject = Subject(body.name, body.name, credit_code=body.credit_code)
        holding = authority.issue(office, "organisation", subject, at)
        await _record(call, holding.signer.certificate, organisation=body.code)
        return holding

    return issue


async def _persona_certificates(call: Call, folder: Path) -> None:
    """A certificate file for every persona: an agency's is its organisation's, others their own."""
    office = authority.office(folder / "authority", "ca_a")
    begins = call.now - timedelta(days=1)
    for persona, code in people.personas().items():
        person = await Person.get(code=code).select_related("organisation")
        body = person.organisation
        if await Agency.exists(code=body.code):
            subject = Subject(body.name, body.name, credit_code=body.credit_code)
            holding = authority.issue(office, "organisation", subject, begins)
            await _record(call, holding.signer.certificate, organisation=body.code)
        else:
            subject = Subject(
                person.name, body.name, number=person.code, credit_code=body.credit_code
            )
            holding = authority.issue(office, "person", subject, begins)
            await _record(call, holding.signer.certificate, person=code)
        authority.save(holding, folder / "personas" / f"{persona}.p12")


@use_case
async def _record(
    call: Call,
    certificate: x509.Certificate,
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> None:
    await accounts.record_certificate(call, certificate, person=person, organisation=organisation)
