"""Home page, list, feeds, exports and JSON in both languages, with hostile addresses."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx2
import icalendar
import pytest

from market.projects.models import Project
from market.web.i18n import TAGS
from tests.factories.city import TestCity
from tests.factories.owners import OWNER, Browser, make_ready, move, open_market, publish

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def reader(city: TestCity, client: httpx2.AsyncClient) -> Browser:
    await open_market(city)
    return Browser(client, None)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_home_shows_true_figures_and_what_runs(
    reader: Browser, city: TestCity, lang: str
) -> None:
    code = await publish(city)
    hidden = await make_ready(city, title="不该出现的草稿名称")
    reader.lang = lang
    page = await reader.get("/")
    assert page.headers["content-language"] == TAGS[lang]
    assert f'href="/projects/{code}"' in page.text
    assert hidden not in page.text
    assert "不该出现的草稿名称" not in page.text
    assert ">3<" in page.text  # three agencies, counted
    assert ("即将开放" if lang == "zh_CN" else "coming next") in page.text
    assert "way=preferential" not in page.text
    assert "project." not in page.text


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_list_keeps_its_filters_in_every_link(
    reader: Browser, city: TestCity, lang: str
) -> None:
    await publish(city)
    reader.lang = lang
    page = await reader.get("/projects?way=price&q=shuibao&ceiling=20&sort=price")
    assert page.status_code == 200
    assert "/projects.xlsx?q=shuibao&amp;way=price&amp;ceiling=20&amp;sort=price" in page.text
    assert 'value="price" checked' in page.text
    assert "project." not in page.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%ED%A0%80",
        "q=" + "x" * 1000,
        "q=%25%27%22%5C",
        "ceiling=" + "9" * 40,
        "ceiling=-1",
        "way=' OR 1=1",
        "item=%01",
        "state=draft",
        "sort=nothing",
        "region=" + "&region=".join(["511702"] * 100),
    ],
)
async def test_hostile_addresses_get_a_page(reader: Browser, city: TestCity, query: str) -> None:
    await publish(city)
    for path in ("/projects", "/projects.atom", "/projects.ics", "/projects.csv", "/api/projects"):
        assert (await reader.get(f"{path}?{query}")).status_code == 200


async def test_what_cannot_be_stored_is_refused_in_words(reader: Browser) -> None:
    for path in ("/projects", "/projects.atom", "/projects.ics", "/projects.csv", "/api/projects"):
        for query in ("q=%00", "item=a%00", "cursor=a.%00"):
            answer = await reader.get(f"{path}?{query}")
            assert answer.status_code == 400
            assert "不能保存的字符" in answer.text


@pytest.mark.parametrize("cursor", ["x", "a.", "c.1", "a.%00", "a." + "x" * 500])
async def test_a_cursor_that_is_none_is_refused(reader: Browser, cursor: str) -> None:
    for path in ("/projects", "/api/projects"):
        assert (await reader.get(f"{path}?page={cursor}")).status_code == 400


async def test_a_cursor_of_another_list_gets_a_page(reader: Browser) -> None:
    for page in ("a." + "x" * 190, "b.zzz", "a.%E4%B8%AD"):
        assert (await reader.get(f"/projects?page={page}")).status_code == 200
        mine = Browser(reader.client, OWNER)
        assert (await mine.get(f"/my/projects?page={page}")).status_code == 200


@pytest.mark.parametrize(
    "code", ["x" * 100, "DZ-2026-000001%00", "..%2F..", "dz-2026-000001", "%F0%9F%98%80"]
)
async def test_a_code_that_is_none_is_not_found(reader: Browser, code: str) -> None:
    mine = Browser(reader.client, OWNER)
    assert (await reader.get(f"/api/projects/{code}")).status_code == 404
    assert (await mine.get(f"/my/projects/{code}/check")).status_code == 404
    assert (await mine.post(f"/my/projects/{code}/step/1", title="x")).status_code == 404
    assert (await mine.post(f"/my/projects/{code}/copy")).status_code == 404


async def test_a_ceiling_that_cannot_be_read_is_shown_with_its_error(reader: Browser) -> None:
    page = await reader.get("/projects?ceiling=十二万")
    assert 'value="十二万"' in page.text
    assert 'id="ceiling-error"' in page.text


async def test_the_feed_is_atom_and_holds_public_projects_only(
    reader: Browser, city: TestCity
) -> None:
    code = await publish(city, title='名称里有 <b>&amp; 和引号"的项目')
    await make_ready(city)
    answer = await reader.get("/projects.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)  # noqa: S314 - our own bytes
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id", "").endswith(f"/projects/{code}")
    assert entry.findtext(f"{ATOM}title") == '名称里有 <b>&amp; 和引号"的项目'


async def test_the_calendar_ends_with_sign_up(reader: Browser, city: TestCity) -> None:
    code = await publish(city)
    row = await Project.get(code=code)
    made = icalendar.Calendar.from_ical((await reader.get("/projects.ics")).text)
    [event] = made.walk("VEVENT")
    assert event["DTEND"].dt == row.deadline_at
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=30)
    assert str(event["UID"]).startswith(f"{code}.1@")


async def test_subscribers_are_told_when_a_deadline_moves(reader: Browser, city: TestCity) -> None:
    code = await publish(city)
    row = await Project.get(code=code)

    async def told() -> tuple[str, str, dict[str, Any]]:
        feed = ET.fromstring((await reader.get("/projects.atom")).text)  # noqa: S314 - our own bytes
        entry = feed.find(f"{ATOM}entry")
        assert entry is not None
        made = icalendar.Calendar.from_ical((await reader.get("/projects.ics")).text)
        [event] = made.walk("VEVENT")
        return (
            feed.findtext(f"{ATOM}updated", ""),
            entry.findtext(f"{ATOM}updated", ""),
            dict(event),
        )

    first = await told()
    assert first[0] == first[1] == row.published_at.isoformat()
    assert (first[2]["SEQUENCE"], first[2]["DTSTAMP"].dt) == (0, row.published_at)
    city.clock.forward(hours=1)
    await move(city.call(OWNER), "moved", code, "accepting", row.deadline_at)
    assert await told() == first, "the round went on, the deadline stayed"
    await move(city.call(OWNER), "moved", code, "accepting", row.deadline_at + timedelta(hours=2))
    after = await told()
    assert after[0] == after[1] == city.clock().isoformat()
    assert (after[2]["SEQUENCE"], after[2]["DTSTAMP"].dt) == (1, city.clock())
    assert after[2]["LAST-MODIFIED"].dt == city.clock()
    assert after[2]["UID"] == first[2]["UID"]
    assert after[2]["DTEND"].dt == row.deadline_at + timedelta(hours=2)


async def test_exports_hold_every_row_and_run_nothing(reader: Browser, city: TestCity) -> None:
    for n in range(25):
        await publish(city, title=f'=HYPERLINK("http://x"),{n}号')
    text = (await reader.get("/projects.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 26
    assert all(row[1].startswith("'=HYPERLINK") for row in rows[1:])
    assert rows[1][6] == "120000.00"
    sheet = (await reader.get("/projects.xlsx?way=price")).content
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


async def test_json_twins(reader: Browser, city: TestCity) -> None:
    code = await publish(city)
    await make_ready(city)
    listed = (await reader.get("/api/projects")).json()
    assert [p["code"] for p in listed["projects"]] == [code]
    one = (await reader.get(f"/api/projects/{code}")).json()
    assert one["need"]["project"] == code
    assert (one["control_price_fen"], one["stage"]) == (12_000_000, "accepting")
    assert one["deadline_at"].endswith("Z")
    assert "李晓明" not in str(one)
    missing = await reader.get("/api/projects/DZ-2026-999999")
    assert missing.headers["content-type"] == "application/problem+json"


async def test_json_pages_lead_on_to_the_end(reader: Browser, city: TestCity) -> None:
    codes = {await publish(city) for _ in range(23)}
    seen, path = [], "/api/projects"
    while path:
        page = (await reader.get(path)).json()
        seen += [p["code"] for p in page["projects"]]
        path = page["next"]
    assert (len(seen), set(seen)) == (23, codes)


@pytest.mark.parametrize("tab", ["open", "running", "ended", "discarded", "nonsense"])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_the_desk_says_what_to_do_next(
    reader: Browser, city: TestCity, tab: str, lang: str
) -> None:
    await make_ready(city)
    done = await publish(city)
    await move(city.call(), "failed", done, "selection.too_few")
    await publish(city)
    mine = Browser(reader.client, OWNER, lang)
    page = await mine.get(f"/my/projects?tab={tab}")
    assert page.status_code == 200
    assert "project." not in page.text
