"""The list against an oracle that reads everything: same rows, same order, whatever the filters."""

import itertools
from dataclasses import replace

import pytest

from market.accounts.regions import places
from market.agencies.filters import Filters, Sort, read
from market.agencies.models import Agency, Offer
from market.agencies.queries import listing
from market.agencies.rules import hindrance, weighed_stars
from market.agencies.states import Standing
from market.catalogue import queries as catalogue
from market.infra import search_index
from market.web.paging import Cursor
from market.web.search import matches
from tests.factories.city import TestCity
from tests.factories.register import fill

QUERIES = (
    "",
    "环境",
    "shuitu",
    "四川",
    "司",
    "zx",
    "z",
    "霁",
    "ag-0001",
    "岚",
    "nosuchword",
    "511799",
)


async def oracle(filters: Filters, city: TestCity) -> list[str]:
    rows = await Agency.all()
    offers = {o.agency_id: o for o in await Offer.filter(item_id=filters.item)}
    kept = [
        a
        for a in rows
        if matches(a.words, filters.pieces)
        and (not filters.item or a.code in offers)
        and (not filters.regions or a.region in filters.regions)
        and (not filters.standings or a.standing in filters.standings)
        and (not filters.red or a.red)
        and (not filters.stars or a.stars >= float(filters.stars) * 10)
        and (
            not filters.able
            or hindrance(
                a.standing, offers[a.code].valid_until if filters.item else None, city.clock()
            )
            is None
        )
    ]
    keys = {
        Sort.STARS: lambda a: (-weighed_stars(a.stars, a.ratings), a.number),
        Sort.NAME: lambda a: a.name_rank,
        Sort.NEWEST: lambda a: -a.number,
    }
    return [a.code for a in sorted(kept, key=keys[filters.sort])]


async def everything(filters: Filters, city: TestCity) -> list[str]:
    return [a.code async for batch in listing.batches(filters, city.clock()) for a in batch]


async def test_any_filters_give_what_reading_everything_gives(city: TestCity) -> None:
    await fill(city, 150)
    some = [
        Filters(query=q, item=item, regions=regions, red=red, able=able, sort=sort, stars=stars)
        for q, item, sort in itertools.product(QUERIES, ("", "surveying", "eia"), Sort)
        for regions, red, able, stars in (
            ((), False, False, ""),
            (("511702", "511781"), False, True, ""),
            ((), True, False, "4.5"),
        )
    ]
    some += [Filters(standings=(s,), able=able) for s in Standing for able in (True, False)]
    found = 0
    for filters in some:
        codes = await everything(filters, city)
        assert codes == await oracle(filters, city), filters
        found += len(codes)
    assert found > 2_000


@pytest.mark.parametrize("limit", [3, 10_000])
async def test_common_and_rare_words_find_the_same(
    city: TestCity, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    await fill(city, 100)

    async def few(table: str, number: str, pieces: tuple[str, ...]) -> list[int] | None:
        return await real(table, number, pieces, limit)

    real = search_index.few
    monkeypatch.setattr(search_index, "few", few)
    for query in QUERIES:
        for item in ("", "soil-conservation"):
            filters = Filters(query=query, item=item)
            assert await everything(filters, city) == await oracle(filters, city)


@pytest.mark.parametrize("query", ["", "公司"])
@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_lead_through_the_list_and_back(city: TestCity, sort: Sort, query: str) -> None:
    await fill(city)
    filters = Filters(query=query, item="cost-consulting", sort=sort)
    whole = await oracle(filters, city)
    seen: list[str] = []
    cursor: Cursor | None = None
    pages: list[list[str]] = []
    while True:
        page = await listing.page(replace(filters, cursor=cursor), city.clock())
        pages.append([row.code for row in page.rows])
        seen += pages[-1]
        if page.next is None:
            break
        cursor = page.next
    assert seen == whole
    assert len(pages) > 3
    back = page.previous
    for before in reversed(pages[:-1]):
        page = await listing.page(replace(filters, cursor=back), city.clock())
        assert [row.code for row in page.rows] == before
        back = page.previous
    assert back is None


async def test_a_changed_name_is_found_by_its_new_words_only(city: TestCity) -> None:
    await fill(city, 60)
    row = await Agency.get(code="ag-0050")
    row.words = " 新 名 新名 "
    await row.save(update_fields=["words"])
    assert await everything(Filters(query="新名"), city) == ["ag-0050"]
    assert "ag-0050" not in await everything(Filters(query="ag-0050"), city)


async def test_a_changed_rank_is_found_at_its_new_place(city: TestCity) -> None:
    await fill(city, 60)
    last = (await everything(Filters(query="四川"), city))[-1]
    await Agency.filter(code=last).update(stars_rank=1)
    found = await everything(Filters(query="四川"), city)
    assert found[0] == last
    assert found.count(last) == 1


async def test_the_address_of_a_list_is_read_with_the_real_items_and_places(city: TestCity) -> None:
    await fill(city, 0)
    items = [i.code for i in await catalogue.items()]
    filters = read([("item", "eia"), ("region", "511702")], items, [p.code for p in places()])
    assert (filters.item, filters.regions, filters.ignored) == ("eia", ("511702",), ())
