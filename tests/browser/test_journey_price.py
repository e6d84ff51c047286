"""The price way on a phone, in English: sealed prices, the lowest wins, far below is explained."""

import re
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page, Request, expect

from tests.browser import acts, keyboard
from tests.browser.demo_city import DemoCity
from tests.browser.visitor import PATIENCE, Visitor, visiting

pytestmark = pytest.mark.browser
NEED = acts.Need("铁山片区坡改梯工程水土保持方案编制", "price", "10.00")
REFUSED = {
    "": "enter a price",
    "-1": "cannot be negative",
    "0": "above zero",
    "1e4": "digits",
    "9" * 30: "larger than can be recorded|above the control price",
    "100000.01": "above the control price of CNY 100,000.00",
    "88000.001": "down to the fen",
}
LOST = re.compile(r"Your code A-0[123]: not selected \(price ranked [23]\)")
PRICES = {"agency_a": "20,000.00", "agency_b": "90000", "agency_c": "90000"}
REASON = "Own staff and equipment nearby; two similar plans in the same catchment."


async def test_the_lowest_price_wins_and_one_that_is_far_below_is_explained(
    browser: Browser, demo_city: DemoCity
) -> None:
    async with AsyncExitStack() as stack:

        async def come(persona: str) -> Visitor:
            look = visiting(browser, demo_city.url, "en", 390)
            visitor = await stack.enter_async_context(look)
            await visitor.play(persona)
            return visitor

        owner = await come("owner")
        code = await acts.write_need(owner, NEED)
        await acts.finish_and_publish(owner, code)
        people = {persona: await come(persona) for persona in PRICES}
        receipts = []
        for persona, price in PRICES.items():
            page = people[persona].page
            await people[persona].go(f"/projects/{code}")
            await acts.wait_for_applications(page, code)
            if persona == "agency_c":
                receipts.append(await keyboard.apply(people[persona], code, price))
                assert "still open" in await keyboard.open_receipt(people[persona])
                continue
            await acts.open_form(people[persona], code)
            if persona == "agency_a":
                await _bad_prices_never_leave_the_browser(page)
                await people[persona].shot("journey-price-1-refused")
            receipts.append(await acts.seal_and_send(page, price))
            await acts.followed_up(page)
        await acts.must_be_blind(demo_city, code, receipts)

        await people["agency_b"].go(f"/projects/{code}")
        await owner.go(f"/projects/{code}")
        await acts.put_ahead_past(owner, await acts.deadline_of(demo_city, code))
        live = people["agency_b"].page.locator("#round-state")
        await expect(live).to_contain_text("20,000.00 CNY", timeout=PATIENCE)
        await expect(live).to_contain_text("Price far below the others")
        await people["agency_b"].shot("journey-price-2-revealed")
        await acts.recompute(people["agency_b"], code)
        await expect(people["agency_b"].page.locator("[data-step=ranking]")).to_contain_text("3")

        for persona in ("agency_b", "agency_c"):
            lost = await acts.open_kept_receipt(people[persona], code)
            assert LOST.fullmatch(lost), lost
        await people["agency_c"].shot("journey-price-4-lost")

        await _explained(people["agency_a"], owner, code)
        await acts.put_ahead_past(owner, await acts.publicity_of(owner.page))
        notice = people["agency_b"].page
        await people["agency_b"].go(f"/projects/{code}")
        await expect(notice.locator(acts.NOTICE)).to_be_visible(timeout=PATIENCE)
        await acts.notice_holds(people["agency_b"])
        await expect(notice.locator("main")).to_contain_text("20,000.00 CNY")


async def _bad_prices_never_leave_the_browser(page: Page) -> None:
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    await page.click("[data-act=demo-key]")
    for price, sentence in REFUSED.items():
        await acts.fill_price(page, price)
        await page.click("[data-part=form] button[type=submit]")
        error = page.locator("#price-error")
        await expect(error).to_have_text(re.compile(sentence, re.IGNORECASE))
        assert await page.input_value("#price") == price, "what was typed is never lost"
    page.remove_listener("request", note)
    assert sent == []


async def _explained(winner: Visitor, owner: Visitor, code: str) -> None:
    await winner.go("/desk")
    await winner.page.click(f"main a.button[href^='/projects/{code}']")
    await winner.page.fill("#text", "short")
    explain = winner.page.locator(f"form[action='/rounds/{code}/1/explanation'] .button")
    await explain.click()
    await expect(winner.page.locator("#text-error, .field.wrong .error")).to_contain_text("10")
    await expect(winner.page.locator("#text")).to_have_value("short")
    await winner.page.fill("#text", REASON)
    await explain.click()
    await expect(winner.page.locator("main")).to_contain_text("The owner has your explanation")
    await expect(winner.page.locator("#text")).to_have_value(REASON)
    await owner.go("/desk")
    await owner.page.click(f"#duties a.button[href^='/projects/{code}']")
    await expect(owner.page.locator("main")).to_contain_text(REASON)
    await owner.page.fill("#reason", "Costs are plausible.")
    await owner.page.click("button[name=accepted][value=true]")
    await expect(owner.page.locator("#reason")).to_have_count(0)
    await owner.shot("journey-price-3-accepted")
