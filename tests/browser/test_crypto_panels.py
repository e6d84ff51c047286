"""The panels for publishing, signing in and re-checking, and the texts of all of them."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, expect

from market.web.data import data
from market.web.i18n import catalogue
from signing.authority import holder_file, office, profiles, revocation
from signing.core.canonical import dumps, instant
from signing.draw import contributions, rules
from signing.pki.subjects import Subject
from signing.pki.trust import Trust
from signing.sealing import sealed
from signing.statements import cades, publication
from tests.browser.conftest import vector
from tests.browser.loopback import serving
from tests.browser.stand_in import ABOUT, CODE, IDS, StandIn, stand_in
from tests.browser.vendored import STATIC

browser_test = pytest.mark.browser
PARTS = data("templates") / "parts" / "crypto"
WAYS = data("templates") / "ways"
RULES = {
    "v": 1, "subject": f"round:{CODE}", "attempt": 1, "take": 1, "reserves": 3,
    "pool": "applicants", "strata": ["all"], "constraints": [], "drop_order": [],
    "contributors": ["owner", *(f"trustee:{one}" for one in IDS)], "salt_key_commit": None,
}  # fmt: skip


@pytest.fixture
def market() -> StandIn:
    return stand_in()


@pytest.fixture
async def address(market: StandIn) -> AsyncIterator[str]:
    async with serving(market.app()) as address:
        yield address


@pytest.fixture
async def visitor(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="zh-CN")
    yield await context.new_page()
    await context.close()


def _publication(market: StandIn) -> dict[str, object]:
    terms = {"k": 2, "trustees": market.seats, "opens_at": market.terms.opens_at}
    return {"about": ABOUT, "rules": RULES, "draw_id": rules.draw_id(RULES).hex(), "terms": terms}


@browser_test
async def test_the_owner_contributes_a_sealed_secret(
    visitor: Page, market: StandIn, address: str
) -> None:
    market.posted["publication"] = _publication(market) | {"location": "/page/zh_CN/recheck"}
    await visitor.goto(f"{address}/page/zh_CN/publish")
    await visitor.click("[data-act=contribute]")
    await visitor.wait_for_url("**/recheck")
    sent = market.posted["sent:publication"]
    envelope = sealed.read(sent["envelope"].encode())
    sealed.must_fit(envelope, market.terms)
    assert (envelope.kind, envelope.seq) == ("draw_secret", 1)
    secret = market.opened({"draw_secret": envelope})["draw_secret"]
    assert contributions.read_secret(secret, "owner", rules.draw_id(RULES), sent["commit"])


@browser_test
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"draw_id": "0" * 64}, "抽取规则与编号不符"),
        ({"rules": RULES | {"take": 2}}, "抽取规则与编号不符"),
        ({"about": "round:DZ-2026-000001/1"}, "属于另一个项目"),
    ],
)
async def test_what_the_server_would_log_is_checked_before_contributing(
    visitor: Page, market: StandIn, address: str, change: dict[str, object], said: str
) -> None:
    market.posted["publication"] = _publication(market) | change
    await visitor.goto(f"{address}/page/zh_CN/publish")
    await visitor.click("[data-act=contribute]")
    await expect(visitor.locator(".error-summary")).to_contain_text(said)
    assert "sent:publication" not in market.posted
    await expect(visitor.locator("[data-act=contribute]")).to_be_visible()


@browser_test
async def test_rules_without_the_owner_are_refused(
    visitor: Page, market: StandIn, address: str
) -> None:
    others = RULES | {"contributors": ["trustee:notary"]}
    identity = {"rules": others, "draw_id": rules.draw_id(others).hex()}
    market.posted["publication"] = _publication(market) | identity
    await visitor.goto(f"{address}/page/zh_CN/publish")
    await visitor.click("[data-act=contribute]")
    await expect(visitor.locator(".error-summary")).to_contain_text("没有列入业主")


def _going(market: StandIn) -> publication.Going:
    drawn, opens_at = rules.draw_id(RULES).hex(), market.terms.opens_at
    return publication.Going(ABOUT, "ab" * 32, drawn, opens_at, "某单位", "1" * 18, "owner:me")


@browser_test
async def test_the_owner_signs_what_it_publishes_on_the_same_page(
    visitor: Page, market: StandIn, address: str, tmp_path: Path
) -> None:
    ca, begun = _certified(market, tmp_path)
    said = _going(market).statement(instant(market.now)).decode()
    market.posted["statement"] = said
    market.posted["publication"] = _publication(market) | {"location": "/page/zh_CN/recheck"}
    await visitor.goto(f"{address}/page/zh_CN/publish")
    await expect(visitor.locator("[data-publish] .to-sign")).to_be_visible()
    await expect(visitor.locator("[data-part=statement]")).to_be_hidden()
    await visitor.click("[data-act=contribute]")
    await expect(visitor.locator(".error-summary")).to_contain_text("请选择证书文件")
    assert "sent:publication" not in market.posted
    await visitor.click("[data-act=demo-key]")
    await visitor.click("[data-act=contribute]")
    await visitor.wait_for_url("**/recheck")
    sent = market.posted["sent:publication"]
    assert sent["signed"]["statement"] == said
    signature = base64.b64decode(sent["signed"]["cms_b64"])
    trust = Trust((office.recognised(ca, ("person",), begun),))
    trust = trust.with_crls(revocation.crls(ca, market.now))
    found = cades.accept(said.encode(), signature, trust, "person", market.now)
    assert found.holder.name == "张三"
    assert sent["draw_id"] == rules.draw_id(RULES).hex()


@browser_test
@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"draw_id": "ab" * 32}, "托管方有变化"),
        ({"kind": "redo"}, "不是要您签署的声明"),
    ],
)
async def test_nothing_is_sent_when_another_draw_or_thing_is_to_be_signed(
    visitor: Page,
    market: StandIn,
    address: str,
    tmp_path: Path,
    other: dict[str, str],
    said: str,
) -> None:
    _certified(market, tmp_path)
    body = json.loads(_going(market).statement(instant(market.now)))
    market.posted["statement"] = dumps(body | other).decode()
    market.posted["publication"] = _publication(market)
    await visitor.goto(f"{address}/page/zh_CN/publish")
    await visitor.click("[data-act=demo-key]")
    await visitor.click("[data-act=contribute]")
    await expect(visitor.locator(".error-summary")).to_contain_text(said)
    assert "sent:publication" not in market.posted


def _certified(market: StandIn, home: Path) -> tuple[office.Office, datetime]:
    """Lend the panels a person's key file; its authority, and since when that is."""
    begun = market.now - timedelta(days=9)
    ca = office.found(home / "ca", code="ca", name="认证", city="达州", key="rsa", at=begun)
    key = profiles.new_key("ec")
    issued = office.issue(ca, "person", Subject("张三", "达州局"), key.public_key(), begun)
    market.p12 = holder_file.pkcs12("me", key, issued, ca.chain, "demo")
    return ca, begun


def _challenge(market: StandIn, **change: object) -> str:
    body = {"v": 1, "kind": "sign_in", "origin": "x", "nonce": "00", "at": instant(market.now)}
    return dumps(body | change).decode()


@browser_test
async def test_signing_in_with_a_certificate(
    visitor: Page, market: StandIn, address: str, tmp_path: Path
) -> None:
    ca, begun = _certified(market, tmp_path)
    text = _challenge(market)
    market.posted |= {
        "challenge": {"id": "c-1", "text": text},
        "certificate": {"location": "/page/zh_CN/recheck"},
    }
    await visitor.goto(f"{address}/page/zh_CN/sign_in")
    await visitor.click("[data-act=demo-key]")
    await visitor.click("button[type=submit]")
    await visitor.wait_for_url("**/recheck")
    sent = market.posted["sent:certificate"]
    assert sent["id"] == "c-1"
    trust = Trust((office.recognised(ca, ("person",), begun),))
    trust = trust.with_crls(revocation.crls(ca, market.now))
    signed = cades.accept(
        text.encode(), base64.b64decode(sent["cms_b64"]), trust, "person", market.now
    )
    assert signed.holder.name == "张三"
    everything = b"".join(body for _m, _p, _h, body in market.requests)
    assert b"demo" not in everything

    for hostile in (_challenge(market, kind="rating"), '{"kind": "sign_in"}', "a sentence"):
        market.posted["challenge"] = {"id": "c-2", "text": hostile}
        market.posted.pop("sent:certificate", None)
        await visitor.goto(f"{address}/page/zh_CN/sign_in")
        await visitor.click("[data-act=demo-key]")
        await visitor.click("button[type=submit]")
        await expect(visitor.locator(".error-summary")).to_contain_text("不是登录内容")
        assert "sent:certificate" not in market.posted


@browser_test
async def test_going_on_waits_for_the_key_that_is_on_its_way(
    visitor: Page, market: StandIn, address: str, tmp_path: Path
) -> None:
    _certified(market, tmp_path)
    market.posted |= {
        "challenge": {"id": "c-1", "text": _challenge(market)},
        "certificate": {"location": "/page/zh_CN/recheck"},
    }
    gone_on = asyncio.Event()

    async def late(route: Route) -> None:
        await gone_on.wait()
        await route.continue_()

    await visitor.route("**/agency.p12", late)
    await visitor.goto(f"{address}/page/zh_CN/sign_in")
    await visitor.click("[data-act=demo-key]")
    await visitor.click("button[type=submit]")
    gone_on.set()
    await visitor.wait_for_url("**/recheck")


@browser_test
async def test_nothing_but_the_statement_of_the_panel_is_signed(
    visitor: Page, market: StandIn, address: str, tmp_path: Path
) -> None:
    _certified(market, tmp_path)
    texts = [dumps({"v": 1, "kind": kind}).decode() for kind in ("rating", "redo_asked")]
    for text in (*texts[:1], '{"kind": "redo_asked"}', "a sentence"):
        market.posted["statement"] = text
        await visitor.goto(f"{address}/page/zh_CN/statement")
        await visitor.click("[data-act=demo-key]")
        await visitor.click("button[type=submit]")
        await expect(visitor.locator(".error-summary")).to_contain_text("不是要您签署的声明")
        assert "sent:signed" not in market.posted
    market.posted |= {"statement": texts[1], "signed": {"location": "/page/zh_CN/recheck"}}
    await visitor.goto(f"{address}/page/zh_CN/statement")
    await visitor.click("[data-act=demo-key]")
    await visitor.click("button[type=submit]")
    await visitor.wait_for_url("**/recheck")
    assert market.posted["sent:signed"]["statement"] == texts[1]


@browser_test
async def test_a_visitor_recomputes_a_draw(
    visitor: Page, market: StandIn, address: str, tmp_path: Path
) -> None:
    text = dumps(vector("draw"))
    market.documents["draw.json"] = text
    market.posted["expected"] = hashlib.sha256(text).hexdigest()
    await visitor.goto(f"{address}/page/zh_CN/recheck")
    await visitor.click("[data-act=recheck]")
    await expect(visitor.locator("[data-value=verdict]")).to_contain_text("全部相符")
    states = await visitor.locator("[data-step]").evaluate_all(
        "all => all.map(x => x.dataset.state)"
    )
    assert states == ["ok"] * 10

    spoilt = text.replace(b'"secret":"', b'"secret":"0', 1).replace(b'","role', b'","role', 1)
    market.documents["draw.json"] = spoilt
    await visitor.click("[data-act=recheck]")
    await expect(visitor.locator("[data-value=verdict]")).to_contain_text("抽取记录的指纹")
    await expect(visitor.locator("[data-step=secrets]")).to_have_attribute("data-state", "failed")

    body = vector("draw")
    body["pool"][2]["salt"] = "0" * 64
    (tmp_path / "mine.json").write_bytes(dumps(body))
    await visitor.click("summary")
    await visitor.set_input_files("#recheck_file", tmp_path / "mine.json")
    await expect(visitor.locator("[data-value=verdict]")).to_contain_text(
        "每条候选记录与其指纹相符"
    )
    await expect(visitor.locator("[data-step=records]")).to_contain_text(body["pool"][2]["leaf"])


@browser_test
async def test_the_recheck_needs_no_webcrypto(
    browser: Browser, market: StandIn, address: str
) -> None:
    market.documents["draw.json"] = dumps(vector("draw_dropped"))
    context = await browser.new_context()
    hide = "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined});"
    await context.add_init_script(hide)
    page = await context.new_page()
    await page.goto(f"{address}/page/en/recheck")
    await page.click("[data-act=recheck]")
    await expect(page.locator("[data-value=verdict]")).to_contain_text("Everything holds")
    await context.close()


def _keys(template: str) -> set[str]:
    pages = [PARTS / f"{template}.html", PARTS / "texts.html"]
    if template == "apply":
        pages += WAYS.glob("*.html")
    parts = "".join(path.read_text("utf-8") for path in pages)
    return set(re.findall(r'data-key="([^"]+)"', parts))


def _codes(*sources: str) -> set[str]:
    text = "".join((STATIC / source).read_text("utf-8") for source in sources)
    return set(re.findall(r'"((?:p12|price|voucher|box|proof|terms|http)\.[a-z_0-9]+)"', text))


@pytest.mark.parametrize(
    ("template", "sources"),
    [
        ("apply", ["crypto/p12.js", "crypto/price.js", "crypto/voucher.js", "js/apply.js",
                   "js/application-flow.js", "js/receipt-panel.js", "js/certificate-field.js",
                   "js/panel.js"]),
        ("sign_in", ["crypto/p12.js", "js/certificate-field.js", "js/panel.js"]),
        ("publish", ["js/panel.js", "js/request.js"]),
    ],
)  # fmt: skip
def test_every_refusal_has_its_sentence(template: str, sources: list[str]) -> None:
    codes = _codes(*sources)
    assert codes - _keys(template) == set()
    assert codes


def test_every_step_and_failure_of_a_draw_has_its_sentence() -> None:
    sources = [
        (STATIC / "crypto" / f"{name}.js").read_text("utf-8")
        for name in ("draw", "ranking", "walk")
    ]
    codes = {
        code
        for text in sources
        for code in re.findall(r'must\([^;]*?, "([a-z_]+)"', text, re.DOTALL)
    }
    codes |= set(re.findall(r'Refused\("([a-z_]+)"', "".join(sources)))
    assert {"draw_id", "secret", "record", "walk", "ranking_order", "constraint"} <= codes
    assert {f"broken.{code}" for code in codes} - _keys("recheck") == set()


def test_english_is_complete_and_fills_the_same_places() -> None:
    english = catalogue("en")
    texts: set[str] = set()
    for path in PARTS.glob("*.html"):
        texts |= set(re.findall(r'_\("([^"]+)"', path.read_text("utf-8")))
    assert len(texts) > 150
    for text in texts:
        found = english.gettext(text)
        assert not re.search(r"[\u4e00-\u9fff]", found), text
        assert set(re.findall(r"\{\w+\}|%\(\w+\)s", found)) == set(
            re.findall(r"\{\w+\}|%\(\w+\)s", text)
        )


def test_the_english_catalogue_has_nothing_left_over() -> None:
    pages = [*PARTS.glob("*.html"), *WAYS.glob("*.html")]
    source = "".join(path.read_text("utf-8") for path in pages)
    po = (data("templates").parent / "market/locale/en/LC_MESSAGES/crypto.po").read_text("utf-8")
    for text in re.findall(r'^msgid "(.+)"$', po, re.MULTILINE):
        assert f'"{json.loads(chr(34) + text + chr(34))}"' in source or f"'{text}'" in source, text


@browser_test
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("panel", ["apply", "publish", "sign_in", "recheck"])
async def test_the_panels_are_accessible_and_fit_a_phone(
    browser: Browser, market: StandIn, address: str, locale: str, panel: str
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 800})
    page = await context.new_page()
    await page.goto(f"{address}/page/{locale}/{panel}")
    await page.wait_for_selector(".button:visible")
    shown = await page.evaluate(
        "() => [...document.querySelectorAll('[data-part]')].forEach((x) => (x.hidden = false))"
        " ?? document.documentElement.scrollWidth"
    )
    assert shown <= 390
    found = await Axe().run(page)
    about_the_stand_in = {"landmark-one-main", "region", "page-has-heading-one"}
    assert {one["id"] for one in found.response["violations"]} <= about_the_stand_in
    await context.close()
