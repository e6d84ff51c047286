"""The second attempt of a project whose first one failed: a fuller life than the story's.

One agency replaces what it sent, one takes it back; the rest apply as everybody does. Trustees,
platform and owner are the real ones, on a clock of the test's own.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.accounts.models import Organisation
from market.agencies.models import Agency
from market.agencies.queries import candidates
from market.city import make_tools, open_database
from market.demo import authority, founding
from market.demo.players import apply_sealed, ask_again, publish_need
from market.demo.story import Stage
from market.dossiers import archive
from market.kernel.actors import NOBODY, THE_CLOCK, Actor, Role
from market.kernel.calendar import Calendar, end_of_day
from market.kernel.clock import local, system_clock, to_millisecond
from market.projects import actions as projects
from market.projects.models import Project
from market.selection.forms import SignedWithdrawal
from market.selection.intake.withdrawal import withdraw
from market.selection.models import Round
from market.settings import Settings
from signing.rounds import admission
from signing.trustee import keys
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.factories.dossiers import Dossiers
from tests.factories.town import MOST_TURNS

APPLICANTS = 5


@dataclass
class Hand:
    """A clock that goes where the test puts it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


async def of_a_second_attempt(dossiers: Dossiers, folder: Path) -> Path:
    """Live through a second attempt in a copy of the city; gives the dossier of both attempts."""
    code, path = dossiers.story["failed"], folder / "second.zip"
    async with living_on(dossiers, folder) as (stage, hand):
        owner = await owner_of(code)
        await turns(stage)
        await sign_again(stage, owner, code)
        about = await publish_again(stage, hand, owner, code)
        await _apply(stage, hand, about)
        found = await Round.get(about=about)
        for at in (found.deadline_at, found.deadline_at + timedelta(days=9)):
            await go_to(stage, hand, at)
        await write(stage, code, path)
    return path


async def turns(stage: Stage) -> None:
    """Let time and trustees act until the trustees find nothing to do about what time did."""
    for _ in range(MOST_TURNS):
        await stage.pass_time()
        if not await stage.ask_trustees():
            return


@asynccontextmanager
async def living_on(dossiers: Dossiers, folder: Path) -> AsyncIterator[tuple[Stage, Hand]]:
    """A copy of the founded city in ``folder``, with trustees, to live on in."""
    shutil.copytree(dossiers.folder, folder, dirs_exist_ok=True)
    settings = Settings(data=folder / "city", demo=True, clock=folder / "clock")
    hand = Hand(to_millisecond(system_clock()))
    tools = make_tools(settings, hand)
    homes = [folder / "trustees" / name for name, _ in founding.TRUSTEES]
    trustees = [Trustee(keys.load(one), keys.pinned(one), Memory(one / FILE)) for one in homes]
    begins = authority.office(folder / "authority", "ca_a").root.not_valid_before_utc

    def renew(at: datetime) -> None:
        authority.publish(folder / "authority", folder / "city" / "trust", begins, at)

    async with open_database(settings):
        issue = founding._issuer(folder, hand.at - timedelta(days=1))
        renew(hand.at)
        yield Stage(tools, trustees, {}, issue, renew, hand.at), hand
    for one in trustees:
        one.memory.close()


async def go_to(stage: Stage, hand: Hand, at: datetime) -> None:
    """Put the clock there, then everybody acts."""
    stage.now = hand.at = max(at, hand.at)
    stage.renew(stage.now)
    await turns(stage)


async def write(stage: Stage, code: str, path: Path) -> None:
    """The project's dossier as it is now."""
    what = await archive.contents(code)
    with path.open("wb") as file:
        async for piece in archive.stream(stage.tools, what):
            file.write(piece)


async def owner_of(code: str) -> Actor:
    """Who acts for the project's owner."""
    row = await Project.get(code=code)
    return Actor(
        Role.OWNER, row.drafter, row.owner_name, row.owner, row.owner_name, (row.region,), "story"
    )


async def sign_again(stage: Stage, owner: Actor, code: str) -> None:
    """The owner signs for another attempt with a new certificate of its organisation."""
    body = await Organisation.get(code=owner.organisation)
    holding = await stage.issue(stage.call(THE_CLOCK), body)
    await ask_again(stage.call(owner), code, holding.signer, "TOO_FEW")


async def publish_again(stage: Stage, hand: Hand, owner: Actor, code: str) -> str:
    """The next attempt, with a new date; gives the round's name."""
    day = Calendar().add(hand.at, 6)
    deadline = local(end_of_day(day.date())).replace(tzinfo=None)
    typed = {"deadline_at": deadline.strftime("%Y-%m-%dT%H:%M")}
    await projects.save(stage.call(owner), code, 5, typed)
    await projects.check(stage.call(owner), code)
    body = await Organisation.get(code=owner.organisation)
    holding = await stage.issue(stage.call(THE_CLOCK), body)
    about = await publish_need(stage.call(owner), code, holding.signer)
    await turns(stage)
    return about


async def _apply(stage: Stage, hand: Hand, about: str) -> None:
    found = await Round.get(about=about)
    everybody = [one for one in await candidates(found.item, hand.at) if one.qualified]
    for number, one in enumerate(everybody[:APPLICANTS]):
        hand.at += timedelta(minutes=7)
        stage.now = hand.at
        card = await Agency.get(code=one.code)
        holding = await stage.issue(stage.call(THE_CLOCK), card)
        actor = Actor(Role.AGENCY, f"{one.code}-clerk", card.name, one.code, card.name, (), "story")
        call, key = stage.call(actor), Ed25519PrivateKey.generate()
        price = (found.control_price_fen or 0) * (60 + number) // 100
        asked = price if found.way == "price" else None
        await apply_sealed(call, about, holding.signer, asked, key)
        if number == 1:
            better = asked and asked - 100
            await apply_sealed(call, about, holding.signer, better, key, seq=2)
        if number == 2:
            body = admission.withdrawal(key, about=about, seq=1)
            await withdraw(call.by(NOBODY), about, SignedWithdrawal(**body))
    await turns(stage)
