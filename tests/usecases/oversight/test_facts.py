"""What a lived town wrote into its ledger is what readers are told to expect, tag by tag."""

import inspect
from collections.abc import Iterator

from market import rooms
from market.accounts.actions import rights
from market.accounts.models import Grant
from market.accounts.states import PersonEvent
from market.audit.models import LedgerEntry
from market.kernel.actors import Role
from market.projects import actions
from market.selection.deciding import explanation
from market.selection.escrow.opening_order import order_opening
from market.selection.forms import Explanation, Verdict
from signing.core.canonical import loads
from signing.core.facts import Facts
from signing.rounds import facts
from signing.statements import facts as papers
from tests.factories import redoing
from tests.factories.audits import over
from tests.factories.openings import REGULATOR, Case
from tests.factories.people import actor
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
    await rights.end_grant(call, "department", (await Grant.get(person_id="department")).code)
    await rights.move(call, "department", PersonEvent.SUSPEND)
    await rights.move(call, "department", PersonEvent.REACTIVATE)
    await rights.reset_password(call, "department")


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


async def test_what_is_written_is_what_readers_expect(case: Case) -> None:
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
    said = [loads(bytes(row.data)) for row in await LedgerEntry.all().order_by("index")]
    for entry in said:
        assert KINDS[entry["tag"]].read(entry["facts"]).written() == entry["facts"], entry["tag"]
    unsaid = KINDS.keys() - {entry["tag"] for entry in said}
    assert unsaid == {"agencies:register:loaded"}  # a town's few are entered by hand
