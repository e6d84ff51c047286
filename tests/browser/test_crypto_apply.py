"""The application page: what an agency sees and does, and what leaves its browser."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from market.kernel.money import MAX_FEN, in_words
from signing.authority import holder_file, office, profiles, revocation
from signing.pki import trust_files
from signing.pki.subject_profiles import read_profile
from signing.pki.subjects import Subject
from signing.pki.trust import Trust
from signing.rounds import admission
from signing.statements import cades
from signing.ways.registry import WAYS
from tests.browser.loopback import serving
from tests.browser.stand_in import AGENCY, StandIn, stand_in

pytestmark = pytest.mark.browser
PASSWORD = "演示 demo"
PRICE = "79,123.45"
FEN = 7_912_345


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> office.Office:
    at = stand_in().now - timedelta(days=30)
    folder = tmp_path_factory.mktemp("ca")
    return office.found(folder, code="ca", name="测试认证", city="达州", key="ec", at=at)


def _p12(authority: office.Office, credit_code: str, password: str = PASSWORD) -> bytes:
    key = profiles.new_key("ec")
    subject = Subject(AGENCY["name"], AGENCY["name"], credit_code=credit_code)
    begins = stand_in().now - timedelta(days=3)
    issued = office.issue(authority, "organisation", subject, key.public_key(), begins)
    return holder_file.pkcs12("agency", key, issued, authority.chain, password)


@pytest.fixture(scope="module")
def p12(authority: office.Office) -> bytes:
    return _p12(authority, AGENCY["credit_code"])


@pytest.fixture
def market() -> StandIn:
    return stand_in()


@pytest.fixture
async def address(market: StandIn) -> AsyncIterator[str]:
    async with serving(market.app()) as address:
        yield address


@pytest.fixture
async def desk(browser: Browser, address: str) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="zh-CN")
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Policy" in said.text else None)
    await page.goto(f"{address}/page/zh_CN/apply")
    yield page
    await context.close()
    assert errors == []


async def _choose(page: Page, data: bytes, password: str = PASSWORD) -> None:
    file = FilePayload(name="a.p12", mimeType="application/x-pkcs12", buffer=data)
    await page.set_input_files("#certificate", files=file)
    await page.fill("#certificate_password", password)


async def _apply(page: Page, p12: bytes, price: str | None = PRICE) -> None:
    if price is not None:
        await page.fill("#price", price)
    await _choose(page, p12)
    await page.click("[data-part=form] button[type=submit]")
    await page.click("[data-act=send]")
    await page.wait_for_selector("[data-part=sent]:not([hidden])")


async def test_an_agency_applies_and_follows_its_receipt(
    desk: Page, market: StandIn, p12: bytes, authority: office.Office
) -> None:
    await desk.fill("#price", PRICE)
    await expect(desk.locator("[data-value=readback]")).to_have_text(
        "79,123.45 元（7.912345 万元）"
    )
    await _choose(desk, p12)
    await desk.click("[data-part=form] button[type=submit]")
    review = desk.locator("[data-part=review]")
    await expect(review).to_contain_text("79,123.45 元")
    await expect(review).to_contain_text(AGENCY["name"])
    assert market.uploads == []
    await desk.click("[data-act=send]")
    await desk.wait_for_selector("[data-part=sent]:not([hidden])")
    await expect(desk.locator("[data-value=receipt-index]")).to_have_text("2")
    await expect(desk.locator("[data-value=proof]")).to_have_text(
        "已在本机核对：这一条在共 3 条的账本里"
    )
    for state in ("regulator", "notary", "platform"):
        await expect(desk.locator(f"[data-trustee={state}]")).to_have_attribute("data-state", "ok")
    assert await desk.input_value("#price") == ""
    assert await desk.input_value("#certificate_password") == ""

    found = market.opened(market.uploads[0])
    application = admission.read_application(found["application"], WAYS["price"].fields)
    assert application["price_fen"] == FEN
    identity = admission.read_identity(
        found["identity"], found["application"], application["admission"]
    )
    one = office.recognised(authority, ("organisation",), market.now - timedelta(days=9))
    trust = Trust((one,)).with_crls(revocation.crls(authority, market.now))
    signature = base64.b64decode(identity["cms_b64"])
    signed = cades.accept(
        identity["statement"].encode(), signature, trust, "organisation", market.now
    )
    assert signed.holder.credit_code == AGENCY["credit_code"]


async def test_nothing_that_leaves_or_stays_names_agency_or_price(
    desk: Page, market: StandIn, p12: bytes
) -> None:
    await _apply(desk, p12)
    await expect(desk.locator("[data-value=proof]")).to_contain_text("已在本机核对")
    by_path: dict[str, list[tuple[str, dict[str, str], bytes]]] = {}
    for method, path, headers, body in market.requests:
        by_path.setdefault(path.split("/")[1], []).append((method, headers, body))
    assert set(by_path) == {"terms", "admission", "envelopes"}
    for _method, headers, _body in by_path["envelopes"]:
        assert "cookie" not in headers
        assert "referer" not in headers
        assert headers["accept-language"] == "zh-CN"
    assert all("cookie" in headers for _method, headers, _body in by_path["admission"])
    key = base64.b64encode(p12[100:200]).decode()
    told = [str(FEN), PRICE, "79123.45", AGENCY["name"], AGENCY["credit_code"], PASSWORD, key]
    sent = b"".join(body for _m, _p, _h, body in market.requests).decode()
    kept = await desk.evaluate("""async () => {
      const stores = await indexedDB.databases();
      const open = (name) => new Promise((done) => {
        const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
      const all = [];
      for (const {name} of stores) {
        const database = await open(name);
        for (const store of database.objectStoreNames) {
          const read = (what) => new Promise((done) => {
            const asked = database.transaction(store).objectStore(store)[what]();
            asked.onsuccess = () => done(asked.result); });
          all.push(await read("getAllKeys"), await read("getAll"));
        }
      }
      return JSON.stringify([all, {...localStorage}, {...sessionStorage}, document.cookie]);
    }""")
    assert "pbkdf2-sha256" in kept
    for secret in told:
        assert secret not in sent
        assert secret not in kept
    assert AGENCY["code"] not in kept


async def test_replacing_withdrawing_and_applying_again(
    desk: Page, market: StandIn, p12: bytes, address: str, authority: office.Office
) -> None:
    await _apply(desk, p12)
    await desk.goto(f"{address}/page/zh_CN/apply")
    await expect(desk.locator("[data-part=unlock]")).to_be_hidden()
    await desk.locator("[data-act=have-voucher]:visible").click()
    await desk.fill("#voucher_password", "wrong")
    await desk.click("[data-part=unlock] button[type=submit]")
    await expect(desk.locator("#voucher_password-error")).to_contain_text("密码打不开")
    await desk.fill("#voucher_password", PASSWORD)
    await desk.click("[data-part=unlock] button[type=submit]")
    await expect(desk.locator("[data-value=receipt-index]")).to_have_text("2")
    await desk.click("[data-act=replace]")
    await _apply(desk, p12, "70000")
    await expect(desk.locator("[data-value=receipt-index]")).to_have_text("3")
    assert [u["application"].seq for u in market.uploads] == [1, 2]
    assert len({u["application"].author for u in market.uploads}) == 1
    assert len(market.authors) == 1
    await desk.click("[data-act=withdraw]")
    assert market.withdrawals == []
    await desk.click("[data-act=withdraw-now]")
    await expect(desk.locator("[data-value=sent-state]")).to_contain_text("已撤回")
    assert [w["seq"] for w in market.withdrawals] == [2]
    assert market.withdrawals[0]["author"] == market.uploads[0]["application"].author
    await desk.click("[data-act=replace]")
    await _apply(desk, p12, "60000")
    assert market.uploads[-1]["identity"].seq == 3
    # Somebody who comes back and just fills in the form replaces, with the kept key.
    await desk.goto(f"{address}/page/zh_CN/apply")
    await _choose(desk, _p12(authority, AGENCY["credit_code"], "renewed"), "renewed")
    await desk.fill("#price", "50000")
    await desk.click("[data-part=form] button[type=submit]")
    await expect(desk.locator("#certificate_password-error")).to_contain_text("不是用这个密码")
    await _choose(desk, p12)
    await desk.click("[data-part=form] button[type=submit]")
    await expect(desk.locator("[data-part=replacing]")).to_be_visible()
    await desk.click("[data-act=send]")
    await desk.wait_for_selector("[data-part=sent]:not([hidden])")
    assert market.uploads[-1]["application"].seq == 4
    assert len({u["application"].author for u in market.uploads}) == 1
    nonces = {admission.draw_nonce(market.opened(u)["application"]) for u in market.uploads}
    assert len(nonces) == 4


async def test_the_voucher_file_works_on_another_machine(
    desk: Page, market: StandIn, p12: bytes, address: str, browser: Browser, tmp_path: Path
) -> None:
    await _apply(desk, p12)
    async with desk.expect_download() as started:
        await desk.click("[data-act=download]")
    download = await started.value
    assert download.suggested_filename == "mingxuan-DZ-2026-000318-1.voucher.json"
    await download.save_as(tmp_path / "voucher.json")
    text = (tmp_path / "voucher.json").read_text("utf-8")
    assert set(json.loads(text)) == {
        "v", "kind", "kdf", "rounds", "salt", "nonce", "ciphertext_b64",
    }  # fmt: skip
    other = await browser.new_context(locale="zh-CN")
    page = await other.new_page()
    await page.goto(f"{address}/page/zh_CN/apply")
    await page.locator("[data-act=have-voucher]:visible").click()
    await page.fill("#voucher_password", PASSWORD)
    await page.click("[data-part=unlock] button[type=submit]")
    await expect(page.locator("#voucher_file-error")).to_contain_text("请选择凭证文件")
    await page.set_input_files("#voucher_file", tmp_path / "voucher.json")
    await page.click("[data-part=unlock] button[type=submit]")
    await expect(page.locator("[data-value=receipt-index]")).to_have_text("2")
    await page.click("[data-act=withdraw]")
    await page.click("[data-act=withdraw-now]")
    await expect(page.locator("[data-value=sent-state]")).to_contain_text("已撤回")
    assert len(market.withdrawals) == 1
    await other.close()


async def test_without_a_voucher_nothing_is_unlocked(desk: Page) -> None:
    await desk.locator("[data-act=have-voucher]:visible").click()
    await desk.fill("#voucher_password", PASSWORD)
    await desk.click("[data-part=unlock] button[type=submit]")
    await expect(desk.locator("#voucher_file-error")).to_contain_text("凭证")
    await expect(desk.locator("[data-part=sent]")).to_be_hidden()


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("", "请填写报价"),
        ("0", "须大于零"),
        ("-1", "不能是负数"),
        ("1e4", "只能用数字"),
        ("0.001", "精确到分"),
        ("85000.01", "高于控制价 85,000.00 元"),
        ("9" * 30, "高于控制价"),
    ],
)
async def test_a_bad_price_is_named_at_the_field_before_anything_is_sealed(
    desk: Page, market: StandIn, p12: bytes, price: str, said: str
) -> None:
    await desk.fill("#price", price)
    await _choose(desk, p12)
    await desk.click("[data-part=form] button[type=submit]")
    await expect(desk.locator("#price-error")).to_contain_text(said)
    await expect(desk.locator(".error-summary a")).to_have_attribute("href", "#price")
    await expect(desk.locator(".error-summary")).to_be_focused()
    await expect(desk.locator("#price")).to_have_attribute("aria-invalid", "true")
    assert await desk.get_attribute("#price", "aria-describedby") == "price-hint price-error"
    assert await desk.input_value("#price") == price
    assert [path for _m, path, _h, _b in market.requests] == ["/terms"]
    await desk.fill("#price", "１００")
    await desk.click("[data-part=form] button[type=submit]")
    await expect(desk.locator("[data-value=review-price]")).to_contain_text("100.00 元")
    await expect(desk.locator("#price-error")).to_have_count(0)


async def test_a_price_is_read_back_in_words_and_an_unlikely_unit_is_questioned(
    desk: Page, market: StandIn, p12: bytes
) -> None:
    await _choose(desk, p12)
    doubt = desk.locator("[data-part=doubt]")
    for price, unit, said in (
        ("79,123.45", "yuan", ""),
        ("8.1", "yuan", "8.10 万元"),  # 8.5 万元 is the control price
        ("4249", "yuan", "5 个百分点"),
        ("4250", "yuan", ""),
        ("7.9", "wan", ""),
    ):
        await desk.fill("#price", price)
        await desk.check(f"[name=price_unit][value={unit}]")
        await desk.click("[data-part=form] button[type=submit]")
        await expect(desk.locator("[data-part=review]")).to_be_visible()
        await expect(doubt).to_be_visible(visible=said != "")
        await expect(desk.locator("[data-value=doubt]")).to_contain_text(said)
        await desk.click("[data-act=back]")
    await expect(desk.locator("[data-value=readback-words]")).to_have_text("柒万玖仟元整")
    assert market.uploads == []
    sums = [0, 1, 10, 15, 100, 1_001, 100_100, 1_000_000, 10_010_000, 10**12 + 5, MAX_FEN]
    sums += [7 * 10**power + power for power in range(13)]
    words = await desk.evaluate(
        "async (sums) => sums.map((await import('/static/js/amount-in-words.js')).amountInWords)",
        sums,
    )
    assert words == [in_words(fen) for fen in sums]


async def test_price_and_certificate_are_refused_together(
    desk: Page, authority: office.Office
) -> None:
    await desk.click("[data-part=form] button[type=submit]")
    await expect(desk.locator(".error-summary li")).to_have_count(2)
    await expect(desk.locator("#certificate-error")).to_contain_text("请选择证书文件")
    await _choose(desk, _p12(authority, AGENCY["credit_code"]), "nope")
    await desk.click("[data-part=form] button[type=submit]")
    await expect(desk.locator("#certificate_password-error")).to_contain_text("证书密码不对")


async def test_ten_thousand_yuan_are_read_as_such(desk: Page, market: StandIn, p12: bytes) -> None:
    await desk.check("[name=price_unit][value=wan]")
    await _apply(desk, p12, "7.9")
    found = market.opened(market.uploads[0])["application"]
    assert admission.read_application(found, WAYS["price"].fields)["price_fen"] == 7_900_000


async def test_a_seal_that_bears_a_number_applies_where_its_authority_is_known_to_write_so(
    desk: Page, market: StandIn, authority: office.Office
) -> None:
    key = profiles.new_key("ec")
    written = Subject("51170020012345", f"{AGENCY['credit_code'].lower()}{AGENCY['name']}")
    begins = market.now - timedelta(days=3)
    issued = office.issue(authority, "organisation", written, key.public_key(), begins)
    p12 = holder_file.pkcs12("seal", key, issued, authority.chain, PASSWORD)
    await desk.fill("#price", PRICE)
    await _choose(desk, p12)
    await desk.click("[data-part=form] button[type=submit]")
    await desk.click("[data-act=send]")
    await expect(desk.locator("[data-part=errors]")).to_contain_text("不是“达州测试造价所”的")
    assert market.uploads == []
    reads = [("CN", "{digits}"), ("O", "{credit_code}{organisation}")]
    profile = {
        "holder": "organisation",
        "reads": [{"attribute": name, "pattern": pattern} for name, pattern in reads],
    }
    own = Trust((office.recognised(authority, ("organisation",), begins),))
    known = (replace(own.authorities[0], subjects=(read_profile(profile),)),)
    market.subjects = trust_files.written_subjects(Trust(known))
    await desk.reload()
    await _apply(desk, p12)
    assert len(market.uploads) == 1


async def test_another_agencys_certificate_is_refused_before_sealing(
    desk: Page, market: StandIn, authority: office.Office
) -> None:
    await desk.fill("#price", PRICE)
    await _choose(desk, _p12(authority, "91511799MA1111111X"))
    await desk.click("[data-part=form] button[type=submit]")
    await desk.click("[data-act=send]")
    await expect(desk.locator(".error-summary")).to_contain_text("统一社会信用代码")
    assert market.uploads == []
    assert await desk.input_value("#price") == PRICE


async def test_a_refused_admission_shows_the_servers_sentence_and_keeps_nothing(
    desk: Page, market: StandIn, p12: bytes, address: str
) -> None:
    market.fail["/admission"] = [403]
    await desk.fill("#price", PRICE)
    await _choose(desk, p12)
    await desk.click("[data-part=form] button[type=submit]")
    await desk.click("[data-act=send]")
    await expect(desk.locator(".error-summary")).to_contain_text("请先完成入驻")
    await desk.goto(f"{address}/page/zh_CN/apply")
    await expect(desk.locator("[data-part=form]")).to_be_visible()


async def test_a_server_that_is_away_gets_the_same_upload_under_the_same_key(
    desk: Page, market: StandIn, p12: bytes
) -> None:
    market.fail["/envelopes"] = [503, 507]
    await _apply(desk, p12)
    sent = [
        (h["idempotency-key"], b)
        for m, p, h, b in market.requests
        if (m, p) == ("POST", "/envelopes")
    ]
    assert len(sent) == 3
    assert len(set(sent)) == 1
    assert len(market.uploads) == 1


async def test_a_bad_box_is_said_at_once(desk: Page, market: StandIn, p12: bytes) -> None:
    market.box_ok = False
    await _apply(desk, p12)
    await expect(desk.locator("[data-trustee=regulator]")).to_have_attribute("data-state", "failed")
    await expect(desk.locator(".if-box-bad")).to_be_visible()


async def test_an_entry_that_does_not_fit_the_receipt_is_said(
    desk: Page, market: StandIn, p12: bytes
) -> None:
    market.published = False
    await _apply(desk, p12)
    await expect(desk.locator("[data-value=proof]")).to_contain_text("等待下一个检查点")
    market.entries[2] = market.entries[2].replace(b'"commit":"', b'"commit":"00', 1)
    market.published = True
    await expect(desk.locator("[data-value=proof]")).to_contain_text("账本里的这一条与回执不符")


async def test_a_closed_round_takes_nothing_and_still_opens_vouchers(
    desk: Page, market: StandIn, p12: bytes, address: str
) -> None:
    await _apply(desk, p12)
    market.accepting = False
    await desk.goto(f"{address}/page/zh_CN/apply")
    await expect(desk.locator("[data-part=closed]")).to_be_visible()
    await expect(desk.locator("[data-part=form]")).to_be_hidden()
    await desk.fill("#voucher_password", PASSWORD)
    await desk.click("[data-part=unlock] button[type=submit]")
    await expect(desk.locator("[data-value=receipt-index]")).to_have_text("2")


async def test_by_lot_and_in_english_with_the_demo_key(
    browser: Browser, authority: office.Office
) -> None:
    market = stand_in(way="random", p12=_p12(authority, AGENCY["credit_code"], "demo"))
    async with serving(market.app()) as address:
        context = await browser.new_context(locale="en-GB")
        page = await context.new_page()
        await page.goto(f"{address}/page/en/apply")
        assert await page.locator("#price").count() == 0
        await page.click("[data-act=demo-key]")
        await expect(page.locator("[data-value=certificate]")).to_contain_text(
            "demo certificate is loaded"
        )
        await page.click("[data-part=form] button[type=submit]")
        await page.click("[data-act=send]")
        await page.wait_for_selector("[data-part=sent]:not([hidden])")
        await expect(page.locator("[data-value=sent-state]")).to_have_text("Recorded. Your receipt")
        await context.close()
    found = market.opened(market.uploads[0])["application"]
    assert "price_fen" not in admission.read_application(found, WAYS["random"].fields)


async def test_without_webcrypto_the_page_says_what_to_do(browser: Browser, address: str) -> None:
    context = await browser.new_context(locale="zh-CN")
    await context.add_init_script(
        "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined});"
    )
    page = await context.new_page()
    await page.goto(f"{address}/page/zh_CN/apply")
    await expect(page.locator("[data-part=unsupported]")).to_contain_text("请用 https 地址")
    await expect(page.locator("[data-part=form]")).to_be_hidden()
    await context.close()
