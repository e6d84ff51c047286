"""The two ways in, as people take them: account and password, or a certificate file."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.acts import fill_price, seal_and_send
from tests.browser.demo_city import DemoCity
from tests.browser.visitor import PATIENCE, visiting

pytestmark = pytest.mark.browser


async def test_a_password_leads_to_ones_desk_and_back_out(
    browser: Browser, demo_city: DemoCity
) -> None:
    async with visiting(browser, demo_city.url) as visitor:
        page = visitor.page
        await visitor.go("/my/projects")
        assert "/sign-in" in page.url, "the door leads to the sign-in"
        await page.fill("#login", "owner")
        await page.fill("#password", "Wrong-2026-wrong")
        await page.press("#password", "Enter")
        await expect(page.locator(".error-summary[data-focus]")).to_be_visible()
        await expect(page.locator("#login")).to_have_value("owner")
        await page.fill("#password", "Mingxuan-2026")
        await page.press("#password", "Enter")
        await page.wait_for_url("**/my/projects")
        await page.click(".bell")
        await page.wait_for_url("**/desk")
        await expect(page.locator(".bell b")).not_to_be_empty()
        await page.click(".account summary")
        await page.click("form[action='/sign-out'] button")
        await page.wait_for_load_state()
        await visitor.go("/my/projects")
        assert "/sign-in" in page.url


async def test_a_certificate_signs_the_challenge_in_the_browser(
    browser: Browser, demo_city: DemoCity
) -> None:
    async with visiting(browser, demo_city.url, "en", 390) as visitor:
        page = visitor.page
        sent: list[bytes] = []
        page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
        await visitor.go("/sign-in")
        file = demo_city.folder / "personas" / "agency_b.p12"
        await page.set_input_files("#certificate", file)
        await page.fill("#certificate_password", "not this one")
        await page.click("[data-certificate-sign-in] .button.primary")
        await expect(page.locator("#certificate_password-error")).to_be_visible(timeout=PATIENCE)
        assert not any(sent), "a file that does not open sends nothing"
        await page.fill("#certificate_password", "demo")
        await page.click("[data-certificate-sign-in] .button.primary")
        await page.wait_for_url("**/desk")
        assert not any(file.read_bytes()[40:80] in body for body in sent)


KEPT = """async () => new Promise((go, stop) => {
  const asked = indexedDB.open("mingxuan");
  asked.onerror = () => stop(asked.error);
  asked.onsuccess = () => {
    const count = asked.result.transaction("vouchers").objectStore("vouchers").count();
    count.onsuccess = () => go(count.result);
  };
})"""


async def test_whoever_signs_in_with_a_certificate_has_asked_for_every_open_round(
    browser: Browser, demo_city: DemoCity
) -> None:
    file = demo_city.folder / "personas" / "agency_c.p12"
    async with visiting(browser, demo_city.url) as first, visiting(browser, demo_city.url) as other:
        page = first.page
        await first.go("/sign-in")
        await page.set_input_files("#certificate", file)
        await page.fill("#certificate_password", "demo")
        await page.click("[data-certificate-sign-in] .button.primary")
        await page.wait_for_url("**/desk")
        told = await page.evaluate("async () => (await fetch('/api/my/rounds')).json()")
        assert await page.evaluate(KEPT) == len(told["rounds"]) > 0
        code, attempt = told["rounds"][0]["about"].removeprefix("round:").split("/")
        address = f"/rounds/{code}/{attempt}/apply"
        # On another machine nothing is kept: a key that has sent nothing gives way to a new one.
        await other.play("agency_c")
        await other.go(address)
        way = await other.page.get_attribute("[data-apply]", "data-way")
        await seal_and_send(other.page, "3" if way == "price" else None)
        # Back at the first one the kept voucher opens, and the server says what happened.
        await first.go(address)
        await page.fill("#certificate_password", "demo")
        if way == "price":
            await fill_price(page, "2")
        await page.set_input_files("#certificate", file)
        await page.click("[data-part=form] button[type=submit]")
        await page.click("[data-act=send]")
        refusal = page.locator("[data-apply] [data-part=errors]")
        await expect(refusal).to_contain_text("另一把一次性密钥", timeout=PATIENCE)
        await expect(page.locator("[data-part=sent]")).to_be_hidden()
        first.faults.clear()
