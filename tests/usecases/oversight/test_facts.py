"""What a lived town wrote into its ledger is what readers are told to expect, tag by tag."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from market import rooms
from market.accounts.actions import requests, rights
from market.accounts.actions.certificates import pem
from market.accounts.actions.first import AT_THE_MACHINE, enter_first
from market.accounts.actions.wishes import (
    Ending,
    NewOrganisation,
    NewPerson,
    Plain,
    Recording,
    Striking,
)
from market.accounts.models import CertificateRecord, Grant
from market.accounts.states import Act, OrganisationKind
from market.audit.models import LedgerEntry
from market.kernel.actors import THE_CLOCK, Role
from market.projects import actions
from market.selection.deciding import explanation
from market.selection.escrow.opening_order import order_opening
from market.selection.forms import Explanation, Verdict
from signing.core.canonical import loads
from signing.core.facts import Facts
from signing.pki.subjects import Subject
from signing.rounds import facts
from signing.statements import facts as papers
from tests.factories import redoing
from tests.factories.audits import over
from tests.factories.authority import Authority, found
from tests.factories.openings import REGULATOR, Case
from tests.factories.people import actor, credit_code
from tests.factories.town import OWNER, Town

SECURITY = actor("security-admin", Role.SECURITY_ADMIN)


def kinds() -> Iterator[type[Facts]]:
    """Every class of facts that has a tag of its own."""
    for module in (facts, papers, *rooms.parts("events")):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Facts) and "tag" in vars(kind):
                yield kind


KINDS = {kind.tag: kind for kind in kinds()}


def test_every_tag_has_its_facts_and_no_two_share_one() -> None:
    tags = {str(tag) for module in rooms.parts("events") for tag in module.Tag}
    assert KINDS.keys() == tags
    assert len(set(kinds())) == len(KINDS)


async def _rights(town: Town) -> None:
    call = town.call(SECURITY)
    ending = Ending((await Grant.get(person_id="department")).code)
    await rights.change(call, "department", Act.END_GRANT, ending)
    for act in (Act.SUSPEND, Act.REACTIVATE, Act.RESET_SECOND_FACTOR):
        await rights.change(call, "department", act, Plain())
    await rights.reset_password(call, "department")


async def _rights_of_two(town: Town, ca: Authority) -> None:
    """A founding, a certificate that comes and goes, and each end that a request can have."""
    body = NewOrganisation(credit_code(1), "测试水务局", OrganisationKind.OWNER, "511700")
    await Grant.filter(role=Role.OWNER).delete()
    new = NewPerson("first-owner", "试演", "")
    await enter_first(town.call(AT_THE_MACHINE), new, body, Role.OWNER, ["511700"])
    card = ca.issue("person", Subject("严演督"), town.clock()).certificate
    wish = Recording(pem(card), for_organisation=False)
    call, second = town.call(SECURITY), town.call(actor("audit-admin", Role.AUDIT_ADMIN))
    recorded = await rights.change(call, "regulator", Act.RECORD_CERTIFICATE, wish)
    await requests.confirm(second, str(recorded.request))
    row = await CertificateRecord.get(person_id="regulator")
    struck = await rights.change(call, "regulator", Act.STRIKE_CERTIFICATE, Striking(row.sha256))
    await requests.confirm(second, str(struck.request))
    for end in (requests.refuse, requests.withdraw):
        asked = await rights.change(call, "regulator", Act.SUSPEND, Plain())
        await end(call if end is requests.withdraw else second, str(asked.request))
    await rights.change(call, "regulator", Act.SUSPEND, Plain())
    town.clock.forward(hours=72)
    await requests.expire(town.call(THE_CLOCK))


async def _drafts(town: Town) -> None:
    code, call = await town.ready(), town.call(OWNER)
    await actions.save(call, code, 1, {"title": "改过的项目名称"})
    await actions.discard(call, code)
    await actions.restore(call, code)


async def _explained(town: Town) -> None:
    about = (await town.publish(way="price")).about
    who = await town.apply(about, 9_000_000, 2_000_000, 8_500_000)
    await town.to_reveal(about)
    text = Explanation(text="成本构成与自有设备说明")
    await explanation.explain(town.call(who[1].actor), about, text)
    refused = Verdict(accepted=False, reason="未说明成本构成")
    await explanation.judge_explanation(town.call(OWNER), about, refused)
    await town.turns()


async def _audited(town: Town) -> None:
    audited = await over(town)
    await audited.ordered()
    await audited.hand_in(await audited.finding(await audited.found()))


async def _tried_again(town: Town) -> None:
    await redoing.nobody_came(town)
    await redoing.asked_twice(town)
    await actions.withdraw(town.call(OWNER), (await town.round(town.about)).project)


async def test_what_is_written_is_what_readers_expect(case: Case, tmp_path: Path) -> None:
    town = case.town
    await _rights(town)
    await _drafts(town)
    await order_opening(town.call(REGULATOR), case.round.about, await case.order())
    await case.turns()
    await _explained(town)
    await town.later(days=9)
    await _audited(town)
    await town.to_reveal((await town.publish(way="random", pool="qualified")).about)
    await _tried_again(town)
    await _rights_of_two(town, found(tmp_path / "ca", tmp_path / "elsewhere", town.clock()))
    said = [loads(bytes(row.data)) for row in await LedgerEntry.all().order_by("index")]
    for entry in said:
        assert KINDS[entry["tag"]].read(entry["facts"]).written() == entry["facts"], entry["tag"]
    unsaid = KINDS.keys() - {entry["tag"] for entry in said}
    assert unsaid == {"agencies:register:loaded"}  # a town's few are entered by hand
