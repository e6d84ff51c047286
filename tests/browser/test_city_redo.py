"""A project that failed twice is tried again: the owner signs, and a regulator after it."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import inspection
from tests.browser.demo_city import DemoCity
from tests.browser.visitor import PATIENCE, Visitor, visiting

pytestmark = pytest.mark.browser
DAYS = 3 * 86_400


async def twice_failed(visitor: Visitor, city: DemoCity) -> dict[str, Any]:
    """The owner's project whose second attempt has failed too; a holiday may put that off."""
    for _ in range(6):
        rows = [row for row in city.projects(owner="own-0001") if row["attempt"] == 2]
        if rows and rows[0]["stage"] == "failed":
            return rows[0]
        await visitor.go("/")
        await visitor.put_ahead(DAYS)
    raise AssertionError("the story has no project that failed twice")


async def sign(page: Page, label: str) -> None:
    """Borrow the persona's demo certificate and press the button."""
    await page.click("[data-act=demo-key]")
    await expect(page.locator("[data-value=certificate]")).not_to_be_empty(timeout=PATIENCE)
    await page.click(f"[data-sign-statement] button:has-text('{label}')")


async def test_the_owner_signs_the_reason_and_the_regulator_the_same_statement(
    browser: Browser, demo_city: DemoCity
) -> None:
    async with (
        visiting(browser, demo_city.url) as owner,
        visiting(browser, demo_city.url, "en", 390) as regulator,
    ):
        code = (await twice_failed(owner, demo_city))["code"]
        page = owner.page
        await owner.play("owner")
        await owner.go(f"/my/projects/{code}/redo")
        await expect(page.locator("input[name=reason]").first).to_be_checked()
        await page.click("main form button.primary")
        await page.wait_for_url("**/redo?reason=TOO_FEW")
        said = await page.text_content("[data-part=statement]")
        assert f'"about":"round:{code}/2"' in said
        sent: list[bytes] = []
        page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
        await page.set_input_files("#certificate", demo_city.folder / "personas" / "owner.p12")
        await page.fill("#certificate_password", "not this one")
        await page.click("[data-sign-statement] .button.primary")
        await expect(page.locator("#certificate_password-error")).to_be_visible(timeout=PATIENCE)
        assert not any(sent), "a file that does not open sends nothing"
        await sign(page, "用证书签名")
        await page.wait_for_url(f"**/my/projects/{code}/redo")
        await expect(page.locator("main")).to_contain_text("等待监管部门会签")
        await owner.shot("redo-asked-zh-CN-1280-light")

        other = regulator.page
        await regulator.play("regulator")
        await regulator.go("/desk")
        await other.click(f"a[href='/oversight/rounds/{code}/2/redo']")
        assert await other.text_content("[data-part=statement]") == said
        assert await inspection.accessibility(other) == []
        assert await inspection.sideways(other) == []
        assert await inspection.language(other, demo_city) == []
        await regulator.shot("redo-countersign-en-390-light")
        await sign(other, "Countersign with the certificate")
        await other.wait_for_url(f"**/projects/{code}")
        await expect(other.locator("main")).to_contain_text("No. 3 (redo no. 2)")

        await owner.go(f"/my/projects/{code}/step/5")
        await expect(page.locator("#deadline_at")).to_be_visible()
