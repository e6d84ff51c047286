"""What every page must be: free of accessibility faults, as wide as its window, in one language."""

import re
from functools import cache
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from market.web.i18n import LOCALES, catalogue
from tests.browser.demo_city import DemoCity

AXE = Axe().axe_script
RUN = "async (options) => (await axe.run(document, options)).violations"
Rules = dict[str, Any]
EVERYTHING: Rules = {}
SEEN: Rules = {"runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}
"""What a narrower window or another theme can change."""
SAID: Rules = {"rules": {"color-contrast": {"enabled": False}}}
"""What another language can change; contrast takes two thirds of the time."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
READ = """() => {
  const spoken = ["alt", "aria-label", "placeholder", "title"];
  const elements = Array.from(document.body.querySelectorAll("*"));
  const own = elements.map((e) => spoken.map((name) => e.getAttribute(name) ?? "").join(" "));
  const seen = elements.filter((e) => !e.closest("code, pre, script") && e.checkVisibility());
  const said = seen.flatMap((e) => Array.from(e.childNodes))
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent.trim());
  return [document.title, ...said, ...own].join("\\n");
}"""
HAN = re.compile(r"[\u3400-\u9fff]+")
KEY = re.compile(r"(?<![\w/.:@-])([a-z]+(?:_[a-z]+)*)((?:\.[a-z]+(?:_[a-z]+)*)+)(?![\w/@-])")
UNFILLED = re.compile(r"%\(|\{[a-z_]+\}|\bundefined\b|\bNaN\b|\[object ")
TONGUES = {"中文"}  # the language switch


@cache
def rooms() -> frozenset[str]:
    """The first words of keyed texts."""
    texts = [text for locale in LOCALES for text in catalogue(locale)._catalog]  # type: ignore[attr-defined]  # GNUTranslations keeps them there
    keys = {text.split(".")[0] for text in texts if isinstance(text, str) and KEY.fullmatch(text)}
    return frozenset(keys | {"signing", "http", "guard", "documents", "not_found", "status"})


async def accessibility(page: Page, rules: Rules = EVERYTHING) -> list[str]:
    """What axe finds: rule and where."""
    if not await page.evaluate("() => Boolean(window.axe)"):
        await page.evaluate(AXE)
    options = {"resultTypes": ["violations"], **rules}
    violations = await page.evaluate(RUN, options)
    return [f"{v['id']} at {n['target']}" for v in violations for n in v["nodes"]]


async def sideways(page: Page) -> list[str]:
    """By how much the page is wider than its window."""
    wide = await page.evaluate(SIDEWAYS)
    return [f"{wide} px wider than the window"] if wide else []


async def language(page: Page, city: DemoCity) -> list[str]:
    """Keys and holes instead of words; on English pages Chinese that is no data."""
    text = await page.evaluate(READ)
    wrong = [f"key {a}{b}" for a, b in KEY.findall(text) if a in rooms()]
    wrong += [f"unfilled {hole}" for hole in UNFILLED.findall(text)]
    if await page.evaluate("document.documentElement.lang") == "en":
        runs = {run for run in HAN.findall(text) if run not in TONGUES}
        wrong += [f"Chinese {run}" for run in sorted(runs) if run not in city.words]
    return wrong
