"""A duty stands on the desk of whoever has to do it, until it is done, and on no other's."""

from dataclasses import replace

import pytest

from market.kernel.actors import NOBODY, Actor
from market.projects import queries
from market.projects.models import Project
from market.selection.deciding import explanation
from market.selection.escrow.opening_order import order_opening
from market.selection.forms import Explanation, Verdict
from market.selection.pages.round_page import round_page
from market.web.panels import Duty, duties, waits
from tests.factories.audits import Audited
from tests.factories.openings import REGULATOR, Case
from tests.factories.redoing import regulator_of
from tests.factories.town import OWNER, Town

TEXT = "我单位在本项目所在地设有常驻团队，成本低于同行。"
ELSEWHERE = replace(REGULATOR, regions=("510100",))


@pytest.fixture
async def asked(town: Town) -> str:
    """A project whose second redo waits for a regulator."""
    return (await town.round(town.about)).project


async def verbs(town: Town, actor: Actor, code: str) -> list[tuple[str, str]]:
    """What waits for the actor in this project: verb and address."""
    found = await duties(town.call(actor), [code])
    assert found == [one for one in await duties(town.call(actor)) if one.project == code]
    assert await duties(town.call(actor), []) == []
    return [(one.verb, one.href) for one in found]


async def test_an_owner_fills_publishes_and_goes_on(town: Town) -> None:
    code = await town.ready(way="price")
    assert await verbs(town, OWNER, code) == [
        ("selection.duty.publish", f"/projects/{code}/publish")
    ]
    rival = replace(OWNER, organisation="own-9999")
    assert await verbs(town, rival, code) == []
    await Project.filter(code=code).update(state="draft", typed={"title": "渠道整治"})
    assert await verbs(town, OWNER, code) == [("project.duty.fill", f"/my/projects/{code}/step/2")]
    assert [one.about for one in await duties(town.call(OWNER), [code])] == ["渠道整治"]


async def test_a_price_far_below_is_the_winners_then_the_owners(town: Town) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 2_000_000, 8_500_000)
    found = await town.to_reveal(found.about)
    winner = who[1].actor
    page = f"/projects/{found.project}?tab=selection#clarification"
    assert await verbs(town, winner, found.project) == [("selection.duty.explain", page)]
    (duty,) = await duties(town.call(winner), [found.project])
    assert duty.due_at == found.publicity_until
    for other in (who[0].actor, OWNER, REGULATOR, NOBODY):
        assert await verbs(town, other, found.project) == []
    await explanation.explain(town.call(winner), found.about, Explanation(text=TEXT))
    assert await verbs(town, winner, found.project) == []
    assert await verbs(town, OWNER, found.project) == [("selection.duty.judge", page)]
    for reader in (winner, OWNER, REGULATOR, ELSEWHERE, who[0].actor, NOBODY):
        seen = (await round_page(found.about, reader, town.clock())).clarification.explanation
        assert seen == (TEXT if reader in {winner, OWNER, REGULATOR} else None)
    verdict = Verdict(accepted=True, reason="成本说明充分")
    await explanation.judge_explanation(town.call(OWNER), found.about, verdict)
    assert await verbs(town, OWNER, found.project) == []


async def awaited(town: Town, actor: Actor, code: str) -> list[tuple[str, tuple[str, ...]]]:
    """What the actor waits for in this project: why, and on whom."""
    return [(one.why, one.on) for one in await waits(town.call(actor)) if one.project == code]


async def test_a_failure_is_the_owners_to_go_on_from(town: Town, failed: str) -> None:
    address = f"/my/projects/{failed}/redo"
    assert await verbs(town, OWNER, failed) == [("project.duty.redo", address)]
    assert await verbs(town, REGULATOR, failed) == []


async def test_a_second_redo_is_the_regulators_to_sign(town: Town, asked: str) -> None:
    address = f"/oversight/rounds/{asked}/2/redo"
    waits = [("oversight.duty.countersign", address)]
    assert await verbs(town, REGULATOR, asked) == waits
    own = replace(REGULATOR, organisation=OWNER.organisation)
    for other in (OWNER, ELSEWHERE, NOBODY, own):
        assert await verbs(town, other, asked) == []
    assert await awaited(town, OWNER, asked) == [("project.wait.countersign", ("role.regulator",))]
    assert await awaited(town, replace(OWNER, organisation="own-9999"), asked) == []
    regulator = await regulator_of(town)
    (said,) = [one for one in await queries.redos(asked) if one.waits]
    await regulator.agree(asked, 2, said.statement)
    assert await verbs(town, REGULATOR, asked) == []
    assert await awaited(town, OWNER, asked) == []


async def test_an_order_is_waited_for_until_it_is_handed_in(case: Case) -> None:
    town, code = case.town, case.round.project
    address = f"/oversight/rounds/{code}/1/openings"
    assert await verbs(town, REGULATOR, code) == [("oversight.duty.opening", address)]
    for other in (ELSEWHERE, OWNER, case.gone.actor, NOBODY):
        assert await verbs(town, other, code) == []
    await order_opening(town.call(REGULATOR), case.round.about, await case.order())
    assert await verbs(town, REGULATOR, code) == []
    openings = [("oversight.wait.openings", ("oversight.trustees",))]
    assert await awaited(town, REGULATOR, code) == openings
    assert await awaited(town, ELSEWHERE, code) == []


async def test_a_blind_audit_waits_for_trustees_then_for_its_finding(audited: Audited) -> None:
    town, code = audited.town, audited.round.project
    address = f"/oversight/rounds/{code}/1/audit"
    await audited.hand_in(audited.order())
    assert await verbs(town, REGULATOR, code) == []
    shares = [("oversight.wait.audit", ("oversight.trustees",))]
    assert await awaited(town, REGULATOR, code) == shares
    await town.turns()
    assert await awaited(town, REGULATOR, code) == []
    assert await verbs(town, REGULATOR, code) == [("oversight.duty.finding", address)]
    for other in (ELSEWHERE, OWNER, NOBODY):
        assert await verbs(town, other, code) == []
    await audited.hand_in(await audited.finding(await audited.found()))
    assert await verbs(town, REGULATOR, code) == []


async def test_what_is_due_first_stands_first(town: Town) -> None:
    await town.ready(way="price")
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 2_000_000, 8_500_000)
    found = await town.to_reveal(found.about)
    await explanation.explain(town.call(who[1].actor), found.about, Explanation(text=TEXT))
    waiting: list[Duty] = await duties(town.call(OWNER))
    due = {one.verb: one.due_at for one in waiting}
    assert due == {"selection.duty.judge": found.publicity_until, "project.duty.date": None}
    assert waiting[0].due_at is not None
