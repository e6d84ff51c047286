"""Somebody with a browser in the demo city, who plays personas and minds every fault of a page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, expect

OUTPUT = Path(__file__).parents[1] / "output"  # is there when pictures are wanted
PATIENCE = 120_000  # ms; a limit for hung pages, never a pace
MISSED = "Failed to load resource"


@dataclass
class Visitor:
    """A page of its own with its own cookies; ``faults`` is what the console said."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def hear(self, said: ConsoleMessage) -> None:
        """Errors and warnings count, the security policy's too; a page that is refused does not."""
        document = str(said.location.get("url", "")) == self.page.url
        if said.type in {"error", "warning"} and not (MISSED in said.text and document):
            self.faults.append(f"{self.page.url}: {said.text}")

    async def go(self, path: str) -> int:
        """Open a page of the city; gives its status."""
        answer = await self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    async def play(self, persona: str) -> None:
        """Become a persona by the banner's switch."""
        if "127.0.0.1" not in self.page.url:
            await self.go("/verify")
        await self._unfold()
        await self.page.select_option("#demo-persona", persona)
        async with self.page.expect_navigation():
            await self.page.locator(".demo form").first.locator("button").click()
        await expect(self.page.locator(f"#demo-persona option[value={persona}]")).to_have_attribute(
            "selected", "", timeout=PATIENCE
        )

    async def put_ahead(self, seconds: int) -> None:
        """Put the city's clock ahead by the banner's button."""
        await self._unfold()
        async with self.page.expect_navigation():
            await self.page.locator(f".demo button[value='{seconds}']").click()

    async def _unfold(self) -> None:
        switch = self.page.locator("#demo-switch")
        if await self.page.locator(".fold-title").is_visible() and not await switch.is_checked():
            await self.page.locator(".fold-title").first.click()

    async def shot(self, name: str) -> None:
        """Keep a picture of the whole page, if pictures are wanted."""
        if OUTPUT.exists():
            await self.page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


@asynccontextmanager
async def visiting(
    browser: Browser, url: str, locale: str = "zh-CN", width: int = 1280, theme: str = "light"
) -> AsyncIterator[Visitor]:
    """A visitor until the block ends; then its console must have been quiet."""
    context = await browser.new_context(
        locale=locale,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(await context.new_page(), url)
    visitor.page.on("console", visitor.hear)
    visitor.page.on("pageerror", lambda fault: visitor.faults.append(str(fault)))
    try:
        yield visitor
    finally:
        await context.close()
    assert visitor.faults == []
