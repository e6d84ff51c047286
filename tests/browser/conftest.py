"""One Chromium a process; a fresh context (cookies, storage) for each test."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.demo_city import DemoCity, standing
from tests.browser.loopback import serving, static_site
from tests.browser.visitor import OUTPUT

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Its own address bar is a page too, loaded for every window that nobody looks at.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]
VECTORS = Path(__file__).parents[1] / "signing" / "vectors" / "independent"
RUN = """async (given) => {
  const lib = await import("/static/vendor/%s.js");
  const bytes = (hex) => lib.unhex(hex);
  const act = async () => { %s };
  try { return {value: await act()}; }
  catch (error) { return {refused: error.code ?? String(error), facts: error.facts ?? null}; }
}"""


@pytest.fixture(scope="session")
async def browser(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    if pytestconfig.getoption("--pictures"):
        OUTPUT.mkdir(exist_ok=True)
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture(scope="package")
def demo_city(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCity]:
    """Every test makes projects of its own in it, and only puts its clock ahead."""
    folder = shutil.copytree(founded, tmp_path_factory.mktemp("demo") / "data")
    with standing(folder) as city:
        yield city


@pytest.fixture(scope="package")
async def static_address() -> AsyncIterator[str]:
    async with serving(static_site()) as address:
        yield address


@pytest.fixture
async def page(browser: Browser, static_address: str) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="zh-CN")
    page = await context.new_page()
    await page.goto(f"{static_address}/")
    yield page
    await context.close()


@pytest.fixture
def run(page: Page) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Run a piece of JavaScript with a vendored bundle as `lib`; gives {value} or {refused}."""

    async def call(bundle: str, body: str, given: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = await page.evaluate(RUN % (bundle, body), given)
        return answer

    return call


def vector(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
