"""The form in steps over HTTP: progress, nothing lost, sources shown, strangers kept out."""

import re
from html import unescape

import httpx2
import pytest

from market.audit.models import SecurityEvent
from market.catalogue.models import ServiceItem
from market.catalogue.states import ItemState
from market.projects.models import Project
from market.projects.rules.steps import STEPS
from tests.factories.city import TestCity
from tests.factories.needs import typed
from tests.factories.owners import (
    AGENCY,
    OWNER,
    REGULATOR,
    RIVAL,
    Browser,
    make_ready,
    open_market,
    publish,
)


@pytest.fixture
async def owner(city: TestCity, client: httpx2.AsyncClient) -> Browser:
    await open_market(city)
    return Browser(client, OWNER)


async def _start(owner: Browser) -> str:
    answer = await owner.post("/my/projects/new")
    assert answer.status_code == 303
    return str(answer.headers["location"].split("/")[3])


def _shown(page: str, name: str) -> str:
    """What the control of that name holds."""
    if found := re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        return unescape(found[1])
    if found := re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', page):
        return unescape(found[1])
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    chosen = re.search(r'value="([^"]*)" selected', found[0]) if found else None
    return unescape(chosen[1]) if chosen else ""


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_the_whole_way_to_publication(owner: Browser, city: TestCity, lang: str) -> None:
    owner.lang = lang
    code, values = await _start(owner), typed(city.clock())
    for step in STEPS[:-1]:
        page = await owner.get(f"/my/projects/{code}/step/{step.number}")
        assert page.status_code == 200
        answers = {name: values[name] for name in step.fields if name in values}
        sent = await owner.post(f"/my/projects/{code}/step/{step.number}", **answers)
        goal = "check" if step.number == 5 else f"step/{step.number + 1}"
        assert (sent.status_code, sent.headers["location"]) == (303, f"/my/projects/{code}/{goal}")
    checked = await owner.get(f"/my/projects/{code}/check")
    assert checked.status_code == 200
    assert "error-summary" not in checked.text
    assert "120,000.00" in checked.text
    done = await owner.post(f"/my/projects/{code}/check")
    assert done.status_code == 303
    ready = await owner.get(f"/my/projects/{code}/check")
    assert f'href="/projects/{code}/publish"' in ready.text
    leftovers = re.findall(r"(?:project|source|form|money)\.[a-z_]+(?:\.[a-z_]+)*", ready.text)
    assert leftovers == []


WRONG = {
    "funding": "fiscal",
    "control_price": "1" + "0" * 29,
    "control_unit": "yuan",
    "approval_number": '"><script>alert(1)</script>',
    "amount_note": "第一行\n第二行 & <b>",
}


async def test_a_refused_step_comes_back_as_it_was_typed_with_the_source(owner: Browser) -> None:
    code = await _start(owner)
    answer = await owner.post(f"/my/projects/{code}/step/3", **WRONG)
    assert answer.status_code == 422
    for name in ("control_price", "approval_number", "amount_note"):
        assert _shown(answer.text, name) == WRONG[name]
    assert "<script>alert" not in answer.text
    assert 'id="control_price-error"' in answer.text
    assert 'href="#control_price"' in answer.text
    assert "依据" in answer.text
    again = await owner.get(f"/my/projects/{code}/step/3")
    assert _shown(again.text, "control_price") == WRONG["control_price"]
    assert "error-summary" not in again.text


async def test_leaving_in_the_middle_loses_nothing(owner: Browser) -> None:
    code = await _start(owner)
    kept = await owner.post(f"/my/projects/{code}/step/1/draft", title="写了一", summary="半")
    assert kept.status_code == 200
    page = await owner.get(f"/my/projects/{code}/step/1")
    assert (_shown(page.text, "title"), _shown(page.text, "summary")) == ("写了一", "半")
    later = await owner.post(f"/my/projects/{code}/step/1", title="写了一", later="yes")
    assert (later.status_code, later.headers["location"]) == (303, f"/my/projects?saved={code}")
    desk = await owner.get(later.headers["location"])
    assert code in desk.text
    assert f"/my/projects/{code}/step/2" in desk.text


async def test_text_beyond_measure_stays_on_the_page_and_is_not_kept(owner: Browser) -> None:
    code = await _start(owner)
    long = "长" * 30_000
    answer = await owner.post(f"/my/projects/{code}/step/1", title="好的名称好的", summary=long)
    assert answer.status_code == 422
    assert _shown(answer.text, "summary") == long
    assert _shown(answer.text, "title") == "好的名称好的"
    assert (await Project.get(code=code)).typed == {}


async def test_a_key_used_twice_with_other_answers_loses_nothing_either(owner: Browser) -> None:
    code = await _start(owner)
    path, key = f"/my/projects/{code}/step/1", "key-used-twice"
    await owner.post(path, key=key, title="第一次写的名称")
    answer = await owner.post(path, key=key, title="第二次写的名称")
    assert answer.status_code == 422
    assert _shown(answer.text, "title") == "第二次写的名称"
    assert key not in answer.text


HOSTILE = {
    "control_price": ["９" * 30, "NaN", "0x10", "1,2,3", "−5", "1e400", "٣"],
    "deadline_at": ["2026-13-45T99:99", "0000-00-00T00:00", "明天", "20261125T1730", "2026-11-25"],
    "service_days": ["1.5", "99999999999999999999", "²", "-1"],
    "region": ["../../etc", "511702'--"],
    "funding": ["FISCAL", "fiscal "],
    "contact_phone": ["13812345678 or 1=1", "+8613812345678", "０８１８"],
    "avoid_1": ["' OR 1=1 --", "%", "*", "_" * 60],
    "title": ["\u202etxt.exe", "a\x00b", "=HYPERLINK(1)", "{{7*7}}", "%s%s%n", "%(x)s"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in HOSTILE.items() for v in vs])
async def test_hostile_values_are_answered_with_a_sentence(
    owner: Browser, name: str, value: str
) -> None:
    code = await _start(owner)
    step = next(s for s in STEPS if name in s.fields).number
    answer = await owner.post(f"/my/projects/{code}/step/{step}", **{name: value})
    assert answer.status_code in {400, 422}
    assert (await owner.get(f"/my/projects/{code}/check")).status_code == 200
    assert (await owner.post(f"/my/projects/{code}/check")).status_code == 422


async def test_bytes_that_are_no_text_are_refused(owner: Browser) -> None:
    code = await _start(owner)
    for raw in (
        b"title=%ED%A0%80&idempotency_key=key-of-bytes-1",
        b"title=%00x&idempotency_key=key-of-bytes-2",
    ):
        answer = await owner.client.post(
            f"/my/projects/{code}/step/1",
            content=raw,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "cookie": "session=owner-a",
                "sec-fetch-site": "same-origin",
            },
        )
        assert 400 <= answer.status_code < 500


async def test_a_refused_write_leaves_a_security_event_and_no_typed_value(
    owner: Browser, city: TestCity
) -> None:
    code = await _start(owner)
    await owner.post(f"/my/projects/{code}/check")
    public = await publish(city)
    await owner.post(f"/my/projects/{public}/step/1", title="不该留下的文字")
    seen = await SecurityEvent.all().order_by("id").values("key", "actor", "path", "facts")
    assert [(e["key"], e["actor"]) for e in seen] == [
        ("project.breaches", "owner:owner-a"),
        ("project.closed", "owner:owner-a"),
    ]
    assert "不该留下" not in str(seen)


async def test_a_body_beyond_measure_is_413(owner: Browser) -> None:
    code = await _start(owner)
    answer = await owner.post(f"/my/projects/{code}/step/1", title="x" * 600_000)
    assert answer.status_code == 413


GETS = ("step/1", "step/5", "check", "redo")
POSTS = ("step/1", "step/1/draft", "check", "discard", "restore", "copy", "withdraw")


@pytest.mark.parametrize("stranger", [None, RIVAL, AGENCY, REGULATOR], ids=str)
async def test_strangers_cannot_tell_a_draft_from_nothing(
    owner: Browser, city: TestCity, stranger: object
) -> None:
    code = await make_ready(city)
    other = Browser(owner.client, stranger)  # type: ignore[arg-type]  # a parameter of this test
    for subject in GETS:
        there = await other.get(f"/my/projects/{code}/{subject}")
        nowhere = await other.get(f"/my/projects/DZ-2026-999999/{subject}")
        assert there.status_code == nowhere.status_code != 200
        assert typed()["title"] not in there.text
    for subject in POSTS:
        there = await other.post(f"/my/projects/{code}/{subject}", title="改")
        nowhere = await other.post(f"/my/projects/DZ-2026-999999/{subject}", title="改")
        assert there.status_code == nowhere.status_code >= 400
    api = [await other.get(f"/api/projects/{c}") for c in (code, "DZ-2026-999999")]
    assert [a.status_code for a in api] == [404, 404]
    assert api[0].content == api[1].content
    assert (await Project.get(code=code)).typed["title"] == typed()["title"]


async def test_a_write_needs_a_key_and_our_own_page(owner: Browser) -> None:
    code = await _start(owner)
    path = f"/my/projects/{code}/step/1"
    head = {"cookie": "session=owner-a", "sec-fetch-site": "same-origin"}
    assert (await owner.client.post(path, data={"title": "x"}, headers=head)).status_code == 400
    foreign = Browser(owner.client, OWNER, headers={"sec-fetch-site": "cross-site"})
    assert (await foreign.post(path, title="x")).status_code == 403


async def test_no_get_writes(owner: Browser, city: TestCity) -> None:
    code = await make_ready(city)
    before = await Project.all().order_by("code").values()
    for path in ("new", f"{code}/step/1", f"{code}/check", ""):
        assert (await owner.get(f"/my/projects/{path}".rstrip("/"))).status_code == 200
    assert await Project.all().order_by("code").values() == before


async def test_discard_and_undo_from_the_desk(owner: Browser, city: TestCity) -> None:
    code = await make_ready(city)
    gone = await owner.post(f"/my/projects/{code}/discard")
    page = await owner.get(gone.headers["location"])
    assert f'action="/my/projects/{code}/restore"' in page.text
    back = await owner.post(f"/my/projects/{code}/restore")
    assert f"/my/projects/{code}/step/" in (await owner.get(back.headers["location"])).text


async def test_an_edit_of_what_is_public_leads_to_the_check_and_saving_is_refused(
    owner: Browser, city: TestCity
) -> None:
    code = await publish(city)
    shown = await owner.get(f"/my/projects/{code}/step/1")
    assert shown.headers["location"] == f"/my/projects/{code}/check"
    saved = await owner.post(f"/my/projects/{code}/step/1", title="改过的项目名称")
    assert saved.status_code == 409
    assert "改过的项目名称" in saved.text


async def test_a_sum_in_the_wrong_unit_is_asked_about_once(owner: Browser) -> None:
    code = await _start(owner)
    path = f"/my/projects/{code}/step/3"
    await owner.post(f"/my/projects/{code}/step/1", item="soil-conservation")
    said = {"funding": "fiscal", "control_price": "6.80", "control_unit": "yuan"}
    asked = await owner.post(path, **said)
    assert asked.status_code == 422
    assert 'name="control_price_sure" type="checkbox" value="6.80 yuan"' in asked.text
    assert "是不是 6.80 万元" in asked.text
    assert _shown(asked.text, "control_price") == "6.80"
    sure = await owner.post(path, **said, control_price_sure="6.80 yuan")
    assert (sure.status_code, sure.headers["location"]) == (303, f"/my/projects/{code}/step/4")
    assert 'value="6.80 yuan" checked' in (await owner.get(path)).text
    other = await owner.post(path, **said | {"control_price": "6.90"}, control_price_sure="6.80")
    assert other.status_code == 422


async def test_a_retired_item_is_not_offered_and_an_old_draft_with_it_says_so(
    owner: Browser,
) -> None:
    code = await _start(owner)
    await owner.post(f"/my/projects/{code}/step/1", item="soil-conservation")
    await ServiceItem.filter(code="soil-conservation").update(state=ItemState.CLOSED)
    page = (await owner.get(f"/my/projects/{code}/step/1?from=check")).text
    assert _shown(page, "item") == "soil-conservation"
    assert "水土保持方案编制（已停用，请另选）" in page
    assert "已经停用，不能再发布" in page
    fresh = (await owner.get(f"/my/projects/{await _start(owner)}/step/1")).text
    assert 'value="soil-conservation"' not in fresh


async def test_the_end_of_sign_up_begins_with_a_day_that_fits(owner: Browser) -> None:
    code = await _start(owner)
    path = f"/my/projects/{code}/step/5"
    suggested = _shown((await owner.get(path)).text, "deadline_at")
    sent = await owner.post(path, deadline_at=suggested)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/my/projects/{code}/check")
