"""The frame and its parts in a real browser: axe, no sideways scroll, what the modules do."""

import re
import uuid
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.kitchen import Kitchen
from tests.browser.loopback import serving

pytestmark = pytest.mark.browser
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WRONG_CLOCK = "const right = Date.now; Date.now = () => right() + 3e11;"  # nine years ahead


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
async def address(kitchen: Kitchen) -> AsyncIterator[str]:
    async with serving(kitchen.app()) as address:
        yield address
        await kitchen.tell("closing")


@pytest.fixture
async def tab(browser: Browser, address: str) -> AsyncIterator[Page]:
    context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    await context.add_init_script(WRONG_CLOCK)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    await page.goto(f"{address}/en")
    yield page
    await context.close()
    assert not faults


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_no_violations_and_no_sideways_scroll(
    browser: Browser, address: str, locale: str, theme: str
) -> None:
    context = await browser.new_context(color_scheme=theme, reduced_motion="reduce")
    page = await context.new_page()
    for width in (1280, 640, 390, 320):  # 640 is 1280 at 200 %, 320 at 400 % (WCAG 2.2, 1.4.10)
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(f"{address}/{locale}?wrong")
        assert await page.evaluate(SIDEWAYS) == 0, f"{width} px"
        if width not in (1280, 390):
            continue
        await page.locator(".account summary").click()
        await page.locator(".figures summary").first.click()
        if width == 390:
            await page.locator(".fold-title").first.click()
            await page.locator(".fold-title").last.click()
        violations = (await Axe().run(page)).response["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []
    await context.close()


async def test_every_control_is_tall_enough_for_a_finger(browser: Browser, address: str) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 800})
    page = await context.new_page()
    await page.goto(f"{address}/en")
    low = await page.evaluate(
        """Array.from(document.querySelectorAll(
             "main .button, input:not([type=checkbox], [type=radio], [type=hidden]), select,"
             + " .nav li > a, .nav summary, .bar-tools > a, .bar-tools summary, .theme, .tabs a,"
             + " .sorting a, .take-away a, .tree a,"
             + " .tree summary"
           )).filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.9)
             .map(e => e.outerHTML.slice(0, 80))"""
    )
    await context.close()
    assert low == []


async def test_the_bell_says_how_much_is_to_do(tab: Page) -> None:
    bell = tab.locator(".bell.overdue")
    await expect(bell.locator("b")).to_have_text("3")
    await expect(bell).to_have_accessible_name(re.compile("3"))


async def test_the_public_menu_folds_and_search_is_a_key_away(tab: Page) -> None:
    line = tab.locator(".nav .menu-body a")
    await expect(line).to_be_hidden()
    await tab.click(".nav .menu summary")
    await expect(line).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(line).to_be_hidden()


async def test_the_countdown_asks_the_server_and_not_the_visitor(tab: Page) -> None:
    clock = tab.locator("[data-left]")
    await expect(clock).to_have_text("00:59:58", timeout=10_000)


async def test_without_script_the_time_left_still_stands_there(
    browser: Browser, address: str
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/en")
    await expect(page.locator("[data-left]")).to_have_text("01:00:00")
    await expect(page.locator("[data-theme-switch]")).to_be_hidden()
    await context.close()


async def test_copying_puts_the_text_on_the_clipboard_and_says_so(tab: Page) -> None:
    await tab.locator("#state .copy").first.click()
    await expect(tab.locator("#said")).to_have_text("Copied")
    assert await tab.evaluate("navigator.clipboard.readText()") == "X-1"


async def test_a_change_redraws_its_region_once_and_is_announced(
    tab: Page, kitchen: Kitchen
) -> None:
    await tab.locator("#name").fill("typed")
    served = kitchen.served
    await kitchen.tell("decided")
    await expect(tab.locator("#news")).to_have_text("decided", timeout=10_000)
    await expect(tab.locator("#said")).to_have_text("News")
    assert kitchen.served == served + 1, "the state that the page already shows causes no fetch"
    await expect(tab.locator("#name")).to_have_value("typed")


async def test_a_draft_goes_to_the_server_without_the_price_and_the_password(
    tab: Page, kitchen: Kitchen
) -> None:
    await tab.locator("#price").fill("98000")
    await tab.locator("#secret").fill("hush")
    await tab.locator("#text").fill("水保")
    await expect(tab.locator("[data-draft-said]")).to_have_text("Draft saved", timeout=10_000)
    ((path, fields, key),) = kitchen.posts
    assert path == "/draft"
    assert uuid.UUID(key).version == 4
    assert fields["text"] == "水保"
    assert fields["name"] == "x"
    assert not fields.keys() & {"price", "secret", "idempotency_key"}
    kept = await tab.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "98000" not in kept


async def test_an_act_is_done_at_once_and_can_be_taken_back_and_done_again(
    tab: Page, kitchen: Kitchen
) -> None:
    await tab.get_by_role("button", name="Remove").click()
    await expect(tab.locator(".toast")).to_contain_text("Removed")
    await expect(tab.locator("#row")).to_be_hidden()
    await tab.locator(".toast button").click()
    await expect(tab.locator("#row")).to_be_visible()
    await tab.get_by_role("button", name="Remove").click()
    await expect(tab.locator("#row")).to_be_hidden()
    assert [path for path, _, _ in kitchen.posts] == ["/remove", "/restore", "/remove"]
    keys = [key for _, _, key in kitchen.posts]
    assert len(set(keys)) == 3, "the second time is another act, no retry of the first"
    assert all(fields["idempotency_key"] == key for _, fields, key in kitchen.posts)


async def test_a_chosen_theme_stays(tab: Page) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = await tab.evaluate(ground)
    await tab.get_by_role("button", name="Switch to dark").click()
    dark = await tab.evaluate(ground)
    assert dark != light
    await tab.reload()
    assert await tab.evaluate(ground) == dark
    await expect(tab.get_by_role("button", name="Switch to light")).to_be_visible()


async def test_the_keyboard_finds_its_way(tab: Page, address: str) -> None:
    active = "document.activeElement"
    await tab.keyboard.press("Tab")
    assert await tab.evaluate(f"{active}.className") == "skip"
    await tab.keyboard.press("/")
    assert await tab.evaluate(f"{active}.id") == "search-q"
    await tab.keyboard.press("/")
    assert await tab.evaluate(f"{active}.value") == "/", "in a field a slash is a slash"
    await tab.goto(f"{address}/en?wrong")
    assert await tab.evaluate(f"{active}.className") == "error-summary"
    await tab.get_by_role("link", name="Too long").click()
    assert await tab.evaluate(f"{active}.id") == "name"
