"""Somebody who has no mouse: everything is reached by Tab, told by Enter, and typed."""

from playwright.async_api import Page, expect

from tests.browser import inspection
from tests.browser.visitor import PATIENCE, Visitor

MOST = 90  # stops between two things that are looked for on a page
HERE = "(selector) => document.activeElement.matches(selector)"


async def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is on it, and see that it shows."""
    for _ in range(MOST):
        if await page.evaluate(HERE, selector):
            await expect(page.locator(":focus")).to_be_visible()
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{page.url}: the keyboard does not reach {selector}")


async def press(page: Page, selector: str) -> None:
    """Reach a button or a link, and Enter."""
    await reach(page, selector)
    await page.keyboard.press("Enter")


async def write(page: Page, selector: str, text: str) -> None:
    """Reach a field, and type."""
    await reach(page, selector)
    await page.keyboard.type(text)


async def apply(visitor: Visitor, code: str, price: str) -> dict[str, str | int]:
    """From the project's page to the sealed application; axe finds nothing on any step."""
    page, faults = visitor.page, []
    await press(page, f"main a[href='/rounds/{code}/1/apply']")
    await expect(page.locator("[data-part=form]")).to_be_visible(timeout=PATIENCE)
    faults += await inspection.accessibility(page)
    await write(page, "#price", price)
    await reach(page, "[name=price_unit][value=yuan]:checked")
    await press(page, "[data-act=demo-key]")
    await expect(page.locator("[data-value=certificate]")).not_to_be_empty(timeout=PATIENCE)
    await press(page, "[data-part=form] button[type=submit]")
    await expect(page.locator("[data-part=review]")).to_be_focused(timeout=PATIENCE)
    faults += await inspection.accessibility(page)
    await press(page, "[data-act=send]")
    await expect(page.locator("[data-part=sent]")).to_be_focused(timeout=PATIENCE)
    faults += await inspection.accessibility(page)
    assert faults == []
    return {
        "index": int(await page.locator("[data-value=receipt-index]").inner_text()),
        "fingerprint": await page.locator("[data-value=receipt-fingerprint]").inner_text(),
    }


async def open_receipt(visitor: Visitor) -> str:
    """From there to 我的回执 and the sheet of this receipt; gives what it says."""
    page, faults = visitor.page, []
    await press(page, "[data-part=sent] a[href='/my/receipts']")
    await expect(page.locator("[data-part=unlock]")).to_be_visible(timeout=PATIENCE)
    faults += await inspection.accessibility(page)
    await write(page, "#kept_password", "demo")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=list]")).to_be_focused(timeout=PATIENCE)
    faults += await inspection.accessibility(page)
    await press(page, "[data-rows] button")
    await expect(page.locator("[data-part=paper]")).to_be_focused(timeout=PATIENCE)
    await expect(page.locator("[data-receipts]")).to_have_attribute(
        "data-verdict", "ok", timeout=PATIENCE
    )
    faults += await inspection.accessibility(page)
    assert faults == []
    return await page.locator("[data-value=outcome]").inner_text()
