"""The catalogue is read whole and searched by what people say."""

import pytest

from market.catalogue import queries
from market.catalogue.policy import is_own
from market.kernel.actors import NOBODY, Actor, Role
from market.kernel.errors import Kind, MarketError
from tests.factories.city import TestCity
from tests.factories.register import fill


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("水保", "soil-conservation"),
        ("stbcfa", "soil-conservation"),
        ("shuitu", "soil-conservation"),
        ("环评", "eia"),
        ("能评", "energy-report"),
        ("稳评", "stability-risk"),
        ("多测合一", "surveying"),
        ("flood", "flood-impact"),
    ],
)
async def test_items_are_found_by_short_form_pinyin_and_english(
    city: TestCity, query: str, first: str
) -> None:
    await fill(city, 0)
    assert first in {i.code for i in queries.chosen(await queries.items(), query)}


async def test_an_unsearchable_query_finds_nothing_and_none_finds_all(city: TestCity) -> None:
    await fill(city, 0)
    items = await queries.items()
    assert queries.chosen(items, "😀") == ()
    assert queries.chosen(items, "  ") == items
    assert {i.code for i in queries.chosen(items, state="closed")} == {"lightning-risk"}
    assert {i.department for i in queries.chosen(items, department="dep-water")} == {"dep-water"}


async def test_an_item_carries_its_texts_in_both_languages(city: TestCity) -> None:
    await fill(city, 0)
    item = await queries.item("eia")
    assert item.text("legal_basis", "zh_CN") == "《环境影响评价法》第十六条、第十九条"
    assert item.text("legal_basis", "en") == "Environmental Impact Assessment Law, Art. 16, 19"
    assert item.text("department_name", "en") == "Dazhou Ecology and Environment Bureau"
    assert item.is_open


@pytest.mark.parametrize("code", ["", "nothing", "\0", "x" * 5000])
async def test_an_unknown_item_is_not_found(city: TestCity, code: str) -> None:
    await fill(city, 0)
    with pytest.raises(MarketError) as refusal:
        await queries.item(code)
    assert refusal.value.kind is Kind.NOT_FOUND


def test_a_department_sees_its_own_only() -> None:
    water = Actor(Role.DEPARTMENT, "p1", organisation="dep-water", session="s")
    assert is_own(water, "dep-water")
    assert not is_own(water, "dep-land")
    owner = Actor(Role.OWNER, "p2", organisation="dep-water", session="s")
    assert not is_own(owner, "dep-water")
    assert not is_own(NOBODY, "dep-water")
