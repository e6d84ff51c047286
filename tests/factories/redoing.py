"""Who signs for another attempt in a town: an owner, a regulator, and what their browsers send."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from market.accounts.models import Organisation
from market.demo import authority
from market.documents import signatures
from market.documents.signatures import Signature, SignedStatement
from market.kernel.actors import Actor, Role
from market.projects import actions
from market.projects.queries import asking
from market.selection.states import State
from signing.cms.signer import Signer
from signing.core.canonical import b64
from signing.pki.subjects import Subject
from signing.statements import cades
from tests.factories.needs import typed
from tests.factories.town import FOUNDED, OWNER, Town, record_person

REGULATOR = Actor(Role.REGULATOR, "regulator", "严演督", "reg-0001", "", ("511700",), "regulator")


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody with a certificate."""

    town: Town
    actor: Actor
    signer: Signer

    def form(self, statement: str) -> dict[str, str]:
        """Statement and signature, as the browser sends them."""
        signature = cades.sign(statement.encode(), self.signer, self.town.clock())
        return {"statement": statement, "cms_b64": b64(signature)}

    async def sign(self, statement: str) -> Signature:
        """The same, taken and stamped."""
        form = SignedStatement(**self.form(statement))
        return await signatures.taken(self.town.call(self.actor), form)

    async def statement(self, code: str, reason: str = "TOO_FEW") -> str:
        """What the page gives the owner to sign."""
        call = self.town.call(self.actor)
        return (await asking(call.actor, code, call.now)).statement(reason, call.now)

    async def ask(self, code: str, reason: str = "TOO_FEW") -> actions.Asked:
        """Ask for another attempt after the newest one."""
        said = await self.statement(code, reason)
        found = await asking(self.actor, code, self.town.clock())
        signature = await self.sign(said)
        call = self.town.call(self.actor)
        return await actions.ask_again(call, code, found.failed, signature)

    async def agree(self, code: str, attempt: int, statement: str) -> None:
        """Agree to another attempt after the failed ``attempt``."""
        call = self.town.call(self.actor)
        await actions.countersign(call, code, attempt, await self.sign(statement))


async def owner_of(town: Town) -> Hand:
    """The town's owner with a certificate of its own."""
    return await hand(town, OWNER)


async def regulator_of(town: Town) -> Hand:
    """The town's regulator with a certificate of its own."""
    return await hand(town, REGULATOR)


async def hand(town: Town, actor: Actor, *, recorded: bool = True, **changes: str) -> Hand:
    """A person's certificate, recorded or not; ``changes`` to what stands in it."""
    body = await Organisation.get(code=actor.organisation)
    given: dict[str, Any] = {"name": actor.name, "organisation": body.name}
    given |= {"number": actor.code, "credit_code": body.credit_code}
    office = authority.office(town.offices / "authority", "ca_a")
    subject, begins = Subject(**given | changes), FOUNDED + timedelta(days=1)
    signer = authority.issue(office, "person", subject, begins).signer
    if recorded:
        await record_person(town.call(), signer.certificate, actor.code)
    return Hand(town, replace(actor, organisation_name=body.name), signer)


async def nobody_came(town: Town) -> None:
    """A round by lot to which nobody applied."""
    town.about = (await town.publish(way="random", pool="applicants")).about
    await fail(town, town.about)


async def asked_twice(town: Town) -> None:
    """The attempt after it failed too; what the owner signed waits for a regulator."""
    code, owner = (await town.round(town.about)).project, await owner_of(town)
    await owner.ask(code)
    town.about = await publish_again(town, code)
    await fail(town, town.about)
    await owner.ask(code)


async def fail(town: Town, about: str) -> None:
    """Nobody applies, not after the extension either."""
    for _ in range(2):
        await town.to_reveal(about)
    assert (await town.round(about)).state is State.FAILED


async def publish_again(town: Town, code: str) -> str:
    """The owner sets a new date and publishes; gives the new round's name."""
    day = typed(town.clock())["deadline_at"]
    await actions.save(town.call(OWNER), code, 5, {"deadline_at": day})
    await actions.check(town.call(OWNER), code)
    await town.turns()
    about = await town.publish_ready(code)
    await town.turns()
    return about
