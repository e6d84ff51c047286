"""The pages of items and agencies: right, whole in both languages, calm under hostile addresses."""

import csv
import io
import json
import re
import zipfile
from urllib.parse import quote

import httpx2
import pytest

from market.agencies.models import Agency, Offer, Work
from market.agencies.states import Standing
from market.kernel.actors import Role
from tests.factories.city import TestCity
from tests.factories.people import enter, settle
from tests.factories.register import fill

HAN = re.compile("[㐀-鿿]")
KEYED = re.compile(r"\b(agencies|catalogue|paging|not_found)\.[a-z_]+")
PAGES = (
    "/items",
    "/items?q=eia&department=dep-water&state=closed",
    "/items?q=zzzz",
    "/items/eia",
    "/items/lightning-risk",
    "/agencies",
    "/agencies?q=sichuan&item=surveying&able=1&region=511702&red=1&stars=4&standing=good&sort=name",
    "/agencies?q=zzzz",
    "/agencies?compare=ag-0001&compare=ag-0002&q=shuitu",
    "/agencies/ag-0001",
    "/agencies/ag-0011",
    "/agencies/ag-0029",
    "/agencies/compare",
    "/agencies/compare?code=ag-0001",
    "/agencies/compare?code=ag-0001&code=ag-0011&code=ag-0029",
)
HOSTILE = (
    *(
        "1",
        "%",
        "_",
        "'",
        '"',
        "\\",
        "%00",
        "a\0b",
        "😀",
        "\u202e",
        "水" * 5000,
        "' OR 1=1 --",
        "*",
    ),
    *("NEAR(", '"x" AND', "<script>alert(1)</script>", "{{7*7}}", "%25%25", "-1", "9" * 400),
    *("ag-0001';DROP TABLE", "a.999999999999999999", "b.999999999999999999"),
)
ASKED = (
    ("/items", ("q", "department", "state")),
    ("/agencies", ("q", "item", "region", "standing", "page", "compare", "format")),
    ("/api/agencies", ("q", "stars", "sort", "page")),
    ("/agencies/compare", ("code",)),
)


def main_of(page: str) -> str:
    found = re.search(r"<title>.*?</title>.*?(<main.*</main>)", page, re.DOTALL)
    assert found, page[:200]
    return re.sub(r'<(\w+)[^>]*lang="zh-CN".*?</\1>', "", found[1])


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_every_page_is_whole_in_both_languages(
    city: TestCity, client: httpx2.AsyncClient, lang: str
) -> None:
    await fill(city, 80)
    for path in PAGES:
        answer = await client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert answer.status_code == 200, path
        main = main_of(answer.text)
        assert not KEYED.search(re.sub(r"<[^>]+>", " ", main)), path
        assert bool(HAN.search(main)) is (lang == "zh_CN"), (path, HAN.search(main))


async def test_a_removed_suspended_or_watched_agency_says_so(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 3)
    for standing, words in (
        (Standing.REMOVED, "已被清退"),
        (Standing.SUSPENDED, "暂停期内"),
        (Standing.WATCH, "请业主留意履约"),
    ):
        await Agency.filter(code="ag-0001").update(standing=standing)
        assert words in (await client.get("/agencies/ag-0001")).text


async def test_an_ended_certificate_is_shown_as_ended(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 12)
    await Offer.filter(agency_id="ag-0011", item_id="surveying").update(valid_until="2026-11-22")
    page = (await client.get("/agencies/ag-0011")).text
    assert "证书已过期" in page
    assert "2026年11月22日" in page
    assert "现在不能承接" in page
    assert "ag-0011" not in (await client.get("/agencies?item=surveying&able=1")).text


async def test_relatives_are_named(city: TestCity, client: httpx2.AsyncClient) -> None:
    await fill(city, 30)
    assert "/agencies/ag-0028" in (await client.get("/agencies/ag-0029")).text
    assert "/agencies/ag-0029" in (await client.get("/agencies/ag-0028")).text


async def test_empty_registers_have_pages_too(city: TestCity, client: httpx2.AsyncClient) -> None:
    for path, words in (("/items", "没有找到这样的服务事项"), ("/agencies", "没有符合条件的机构")):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert words in answer.text
    await fill(city, 0)
    assert "暂时没有可以承接的机构" in (await client.get("/items/eia")).text
    await fill_one_without_work(city)
    assert "还没有公示业绩" in (await client.get("/agencies/ag-0001")).text


async def fill_one_without_work(city: TestCity) -> None:
    await fill(city, 1)
    await Work.all().delete()


async def test_hostile_addresses_get_a_page_or_a_sentence(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 30)
    for text in HOSTILE:
        typed = text if text.startswith("%") else quote(text[:1900])
        for path, names in ASKED:
            for name in names:
                answer = await client.get(f"{path}?{name}={typed}")
                assert answer.status_code in {200, 400}, (path, name, text[:20])
                assert "<script>alert" not in answer.text
        for path in ("/agencies/", "/items/", "/api/agencies/", "/api/items/"):
            answer = await client.get(f"{path}{typed}")
            assert answer.status_code in {200, 404, 431}, (path, text[:20])
            if answer.status_code == 200:
                assert path in {"/agencies/", "/items/"}


async def test_of_five_thousand_characters_none_is_lost_and_it_is_said_how_many_count(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 5)
    answer = await client.get("/agencies", params={"q": "x" * 5000})
    assert answer.status_code == 200
    assert f'value="{"x" * 5000}"' in answer.text
    assert "只按前 60 个字查找" in main_of(answer.text)


async def test_unknown_filter_values_are_named_not_obeyed(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 30)
    page = await client.get("/agencies?region=999999&stars=7")
    assert page.status_code == 200
    assert "有的筛选条件没有看懂" in page.text
    refusal = await client.get("/api/agencies?region=999999&stars=7")
    assert refusal.status_code == 400
    assert refusal.json()["key"] == "agencies.filter_unknown"
    assert "region, stars" in refusal.json()["detail"]


async def test_json_says_what_the_pages_say(city: TestCity, client: httpx2.AsyncClient) -> None:
    await fill(city, 60)
    codes: list[str] = []
    address: str | None = "/api/agencies?sort=newest"
    while address:
        body = (await client.get(address)).json()
        codes += [row["code"] for row in body["agencies"]]
        address = body["next"]
    assert codes == [f"ag-{n:04d}" for n in range(60, 0, -1)]
    card = (await client.get("/api/agencies/ag-0001")).json()
    assert card["offers"][0]["item"] == "soil-conservation"
    assert "*" in card["staff"][0]["identity_number"]
    items = (await client.get("/api/items")).json()["items"]
    assert len(items) >= 24
    assert (await client.get("/api/items/eia")).json() in items


async def test_the_list_is_counted_and_taken_away_as_filtered(
    city: TestCity, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(city, 60)
    await Agency.filter(code="ag-0001").update(name="=HYPERLINK(1)")
    answer = await client.get("/agencies?item=soil-conservation&sort=newest&format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0][0] == "机构编号"
    assert len(rows) - 1 == await Offer.filter(item_id="soil-conservation").count()
    assert rows[-1][:2] == ["ag-0001", "'=HYPERLINK(1)"]
    page = await client.get("/agencies?item=soil-conservation&sort=newest")
    assert f"共 {len(rows) - 1} 家机构" in page.text
    assert "共 60 家机构" in (await client.get("/agencies")).text
    with monkeypatch.context() as fewer:
        fewer.setattr("market.web.paging.MOST_COUNTED", 50)
        assert "共 50+ 家机构" in (await client.get("/agencies")).text
    english = await client.get("/agencies?format=csv&lang=en")
    assert english.text.lstrip("\ufeff").startswith("Agency code,Name of the agency")
    sheet = await client.get("/agencies?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as book:
        assert book.read("xl/worksheets/sheet1.xml").decode().count("<row ") == 61


async def test_choosing_for_comparison_stays_in_the_address(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 30)
    page = (
        await client.get("/agencies?item=soil-conservation&compare=ag-0001&compare=ag-0002")
    ).text
    assert "/agencies/compare?code=ag-0001&amp;code=ag-0002" in page
    assert "item=soil-conservation&amp;compare=ag-0001&amp;compare=ag-0002&amp;compare=" in page
    both = (await client.get("/agencies/compare?code=ag-0002&code=ag-0001&code=ag-9999")).text
    assert both.index("/agencies/ag-0002") < both.index("/agencies/ag-0001")


async def test_no_page_shows_a_whole_identity_number(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 20)
    for n in range(1, 21):
        for path in (f"/agencies/ag-{n:04d}", f"/api/agencies/ag-{n:04d}"):
            assert not re.search(r"\b511\d{14}[\dX]\b", (await client.get(path)).text)


async def test_a_department_page_wants_a_department(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    answer = await client.get("/my/items")
    assert answer.status_code == 303
    refused = await client.get("/my/items", headers={"accept": "application/json"})
    assert refused.status_code == 401
    assert json.loads(refused.text)["key"] == "guard.sign_in"


async def test_a_department_sees_its_own_items_with_their_figures(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 60)
    await settle(city)
    await enter(city, client, "department", Role.DEPARTMENT)
    page = main_of((await client.get("/my/items")).text)
    shown = set(re.findall(r'<a href="/items/([a-z-]+)"', page))
    assert shown == {"soil-conservation", "water-resources", "flood-impact"}
    registered = await Offer.filter(item_id="soil-conservation").count()
    assert f'<a href="/agencies?item=soil-conservation">{registered}</a>' in page


async def test_other_roles_are_refused_the_departments_page(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await fill(city, 0)
    await settle(city)
    await enter(city, client, "owner", Role.OWNER)
    assert (await client.get("/my/items")).status_code == 403
