"""What ``selection`` does to a project, in which order, and what the lists and figures say then."""

from datetime import timedelta

import pytest

from market.catalogue.models import ServiceItem
from market.kernel.actors import NOBODY, Actor
from market.kernel.errors import Kind, MarketError
from market.projects import actions, queries
from market.projects.models import Project
from market.projects.states import Stage, State
from market.web import panels
from market.web.panels import Scope
from tests.factories.city import TestCity
from tests.factories.owners import OWNER, RIVAL, entries, make_ready, move, open_market, publish


@pytest.fixture(autouse=True)
async def agencies(city: TestCity) -> list[str]:
    return await open_market(city)


async def _card(city: TestCity, code: str, viewer: Actor = NOBODY) -> queries.ProjectCard:
    return await queries.card(code, viewer, city.clock())


async def test_the_way_to_a_notice(city: TestCity) -> None:
    code = await publish(city)
    assert (await _card(city, code)).stage is Stage.ACCEPTING
    later = city.clock() + timedelta(days=20)
    await move(city.call(), "moved", code, "extended", later)
    card = await _card(city, code)
    assert (card.round_state, card.deadline_at) == ("extended", later)
    city.clock.forward(days=20)
    assert (await _card(city, code)).stage is Stage.DECIDING
    await move(city.call(), "decided", code, 9_000_000)
    assert (await _card(city, code)).stage is Stage.PUBLICITY
    await move(city.call(), "concluded", code)
    card = await _card(city, code)
    assert (card.stage, card.decided_fen) == (Stage.CONCLUDED, 9_000_000)
    assert [e["tag"] for e in await entries(code)] == ["project:ready"]


async def test_a_failed_project_can_be_tried_again(city: TestCity) -> None:
    code = await publish(city)
    await move(city.call(), "failed", code, "selection.too_few")
    assert (await _card(city, code)).ended_reason == "selection.too_few"
    await move(city.call(OWNER), "retried", code)
    card = await _card(city, code)
    assert (card.state, card.stage, card.attempt) == (State.READY, Stage.AGAIN, 2)
    row = await Project.get(code=code)
    await move(city.call(OWNER), "published", code, row.deadline_at)
    assert (await _card(city, code)).stage is Stage.ACCEPTING


async def test_the_owner_gives_up_with_one_entry(city: TestCity) -> None:
    code = await publish(city)
    for actor, kind in ((RIVAL, Kind.NOT_FOUND), (OWNER, Kind.CONFLICT)):
        with pytest.raises(MarketError) as refused:
            await actions.withdraw(city.call(actor), code)
        assert refused.value.kind is kind
    await move(city.call(), "failed", code, "TOO_FEW")
    await actions.withdraw(city.call(OWNER), code)
    assert (await _card(city, code)).state is State.WITHDRAWN
    assert [e["tag"] for e in await entries(code)] == ["project:ready", "project:withdrawn"]


async def test_steps_out_of_order_are_refused(city: TestCity) -> None:
    ready, running = await make_ready(city), await publish(city)
    for step, code, values in (
        ("decided", ready, ()),
        ("failed", ready, ("selection.too_few",)),
        ("concluded", running, ()),
        ("retried", running, ()),
        ("published", running, (city.clock() + timedelta(days=9),)),
    ):
        with pytest.raises(MarketError) as refused:
            await move(city.call(), step, code, *values)
        assert refused.value.kind is Kind.CONFLICT


async def test_a_card_is_there_for_its_owner_only_until_publication(city: TestCity) -> None:
    code = await make_ready(city)
    assert (await _card(city, code, OWNER)).is_mine
    for viewer in (NOBODY, RIVAL):
        with pytest.raises(MarketError) as refused:
            await _card(city, code, viewer)
        assert refused.value.key == "not_found.project"
    public = await publish(city)
    card = await _card(city, public, RIVAL)
    assert not card.is_mine
    assert card.need == await queries.need(public)


async def _found(city: TestCity, **given: list[str]) -> list[str]:
    wish = queries.wish_of(given)
    found = await queries.listing(wish, NOBODY, city.clock(), None)
    assert found.total == len(found.page.rows)
    return sorted(card.title for card in found.page.rows)


async def test_lists_hold_what_is_public_and_filters_count_right(city: TestCity) -> None:
    random = {"way": "random", "pool": "applicants", "region": "511703", "control_price": "8"}
    await publish(city, title="南城小学改造水保方案编制")
    await publish(city, RIVAL, title="翠屏街道测绘项目编制", **random)
    await make_ready(city, title="还没有公开的项目名称")
    everything = ["南城小学改造水保方案编制", "翠屏街道测绘项目编制"]
    assert await _found(city) == everything
    assert await _found(city, way=["price"]) == everything[:1]
    assert await _found(city, region=["511703"]) == everything[1:]
    assert await _found(city, ceiling=["8"]) == everything[1:]
    assert await _found(city, state=["accepting", "failed"]) == everything
    assert await _found(city, state=["failed"]) == []
    assert await _found(city, q=["cuiping"]) == everything[1:]
    assert await _found(city, q=["ncxx"]) == everything[:1]
    assert await _found(city, q=["水保"]) == everything
    assert await _found(city, q=["还没有公开"]) == []
    assert await _found(city, q=["!!!"]) == []
    found = await queries.listing(queries.wish_of({"way": ["price"]}), NOBODY, city.clock(), None)
    assert found.counts["way"] == {"price": 1, "random": 1}
    assert found.counts["region"] == {"511702": 1}
    assert found.counts["state"]["accepting"] == 1


async def test_pages_follow_one_another_without_gap_or_repeat(city: TestCity) -> None:
    codes = []
    for n in range(45):
        city.clock.forward(minutes=1)
        codes.append(await publish(city, control_price=str(1 + n % 7)))
    for sort in ("newest", "deadline", "price"):
        wish = queries.wish_of({"sort": [sort]})
        seen: list[str] = []
        cursor = None
        while True:
            page = (await queries.listing(wish, NOBODY, city.clock(), cursor)).page
            seen += [card.code for card in page.rows]
            if page.next is None:
                break
            cursor = page.next
        assert sorted(seen) == sorted(codes)
        back = (await queries.listing(wish, NOBODY, city.clock(), page.previous)).page
        assert [card.code for card in back.rows] == seen[20:40]
        exported = [
            card.code
            async for batch in queries.stream(wish, NOBODY, city.clock())
            for card in batch
        ]
        assert exported == seen


async def test_the_figures_are_counted_and_never_invented(city: TestCity) -> None:
    before = await queries.numbers()
    assert (before.chosen, before.saving_permille, before.hours) == (0, None, None)
    told = [one.value for one in await panels.figures(Scope.HOME, city.clock())]
    assert told == ["3", str(await ServiceItem.filter(state="open").count()), "0", "—", "—"]
    first, second = await publish(city), await publish(city, control_price="8")
    city.clock.forward(days=2)
    await move(city.call(), "decided", first, 9_000_000)
    await move(city.call(), "decided", second, 7_000_000)
    after = await queries.numbers()
    assert (after.chosen, after.saving_permille, after.hours) == (2, 200, 48)
    told = [one.value for one in await panels.figures(Scope.HOME, city.clock())]
    assert told[2:] == ["2", "20.0%", "2.0"]
    await Project.filter(code=second).update(decided_at=city.clock() + timedelta(days=2))
    assert (await queries.numbers()).hours == 72
    await move(city.call(), "failed", second, "EXHAUSTED")
    after = await queries.numbers()
    assert (after.chosen, after.saving_permille, after.hours) == (1, 250, 48)
    await Project.filter(code=second).update(decided_at=city.clock())  # as it was kept before
    assert (await queries.numbers()).hours == 48
