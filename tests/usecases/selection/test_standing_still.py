"""What could leave a round lying: two publications or one for other rules, a winner that is silent.

Also a price that moved up, a decision that nobody witnessed, a clock that can be put forward.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from market.demo.players import publication_form, trustees_turn
from market.kernel.errors import MarketError
from market.projects.models import Project
from market.selection.deciding import explanation
from market.selection.forms import Explanation, Verdict
from market.selection.jobs import advance_due
from market.selection.models import Round, TrusteeSeen
from market.selection.pages.round_page import round_page
from market.selection.publishing import publish
from market.selection.states import State
from market.selection.trustees import messages as desk
from signing.draw.rules import draw_id
from signing.trustee.wire import Hello
from tests.factories.town import OWNER, Town, tags

REFUSED = Verdict(accepted=False, reason="逾期未作说明")
TEXT = "我单位在本项目所在地设有常驻团队，成本低于同行。"


async def test_a_need_is_published_once(town: Town) -> None:
    found = await town.publish(way="price")
    with pytest.raises(MarketError, match=r"project\.no_transition"):
        await town.publish_ready(found.project)
    assert (await tags(found.about)).count("published") == 1


async def test_a_contribution_to_other_rules_is_refused_at_once(town: Town) -> None:
    """Taken in, it would fit no commitment, and the round would fail when it is opened."""
    await town.turns()
    code = await town.ready(way="price")
    call, signer = town.call(OWNER), town.signers[OWNER.code]
    made, form = await publication_form(call, code, signer)
    other = draw_id({**made.rules, "reserves": made.rules["reserves"] + 1})
    form = form.model_copy(update={"draw_id": other.hex()})
    with pytest.raises(MarketError, match=r"selection\.rules_changed"):
        await publish.publish(call, code, form)
    assert not await Round.exists(project=code)


async def test_a_winner_that_explains_nothing_is_set_aside_after_the_publicity(town: Town) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 2_000_000, 8_500_000)
    found = await town.to_reveal(found.about)
    assert found.winner == who[1].code
    with pytest.raises(MarketError, match=r"selection\.nothing_to_judge"):
        await explanation.judge_explanation(town.call(OWNER), found.about, REFUSED)
    await town.later(days=4)
    assert (await round_page(found.about, OWNER, town.clock())).clarification.may_judge
    kept = Verdict(accepted=True, reason="可以接受")
    with pytest.raises(MarketError, match=r"selection\.nothing_to_judge"):
        await explanation.judge_explanation(town.call(OWNER), found.about, kept)
    await explanation.judge_explanation(town.call(OWNER), found.about, REFUSED)
    await town.turns()
    found = await town.round(found.about)
    assert (found.state, found.winner) == (State.REVEALED, who[2].code)
    assert (await Project.get(code=found.project)).decided_fen == 8_500_000


async def test_the_next_price_is_held_against_those_that_are_left(town: Town) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 2_000_000, 2_500_000, 9_100_000)
    found = await town.to_reveal(found.about)
    assert found.winner == who[1].code
    assert found.flagged is not None
    await explanation.explain(town.call(who[1].actor), found.about, Explanation(text=TEXT))
    await explanation.judge_explanation(town.call(OWNER), found.about, REFUSED)
    await town.turns()
    found = await town.round(found.about)
    assert (found.winner, found.flagged["measure"]) == (who[2].code, "second")
    await town.later(days=4)
    assert (await town.round(found.about)).state is State.REVEALED


async def test_no_decision_is_acted_on_before_the_quorum_saw_it(town: Town) -> None:
    found = await town.publish(way="random", pool="qualified")
    town.clock.now = found.deadline_at
    for _ in range(20):
        found = await town.round(found.about)
        if found.state is State.DECIDED:
            break
        await trustees_turn(town.call(), town.trustees)
        await advance_due(town.call())
    assert found.state is State.DECIDED
    for _ in range(3):
        await advance_due(town.call())
    assert (await town.round(found.about)).state is State.DECIDED
    await town.turns()
    assert (await town.round(found.about)).state is State.REVEALED


async def test_a_city_in_earnest_works_with_no_demo_clock(town: Town) -> None:
    await town.turns()
    said = Hello("notary", town.clock() + timedelta(hours=1), 0, bytes(32), demo_clock=True)
    with pytest.raises(MarketError, match=r"selection\.demo_clock"):
        await desk.greet(town.call(), said)
    demo = replace(town.city.tools, city=replace(town.city.tools.city, demo=True))
    await desk.greet(replace(town.call(), tools=demo), said)
    assert (await TrusteeSeen.get(trustee="notary")).demo_clock
