"""Every page of the demo city, for every role, in both languages, widths and themes."""

import pytest
from playwright.async_api import Browser

from tests.browser import every_page, inspection
from tests.browser.demo_city import DemoCity
from tests.browser.visitor import Visitor, visiting

pytestmark = pytest.mark.browser
# Width, theme, and whether axe looks: it takes longer than all the rest together.
LOOKS = {
    "zh-CN": [(1280, "light", True), (390, "dark", True)],
    "en": [(390, "light", True), (1280, "dark", False)],
}


async def _look(visitor: Visitor, city: DemoCity, name: str, locale: str) -> list[str]:
    found = await inspection.language(visitor.page, city)
    for width, theme, thorough in LOOKS[locale]:
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        await visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its literals
        await visitor.shot(f"{name}-{locale}-{width}-{theme}")
        found += await inspection.sideways(visitor.page)
        if thorough:
            found += await inspection.accessibility(visitor.page)
    return [f"{name}: {fault}" for fault in found]


@pytest.mark.parametrize("locale", list(LOOKS))
@pytest.mark.parametrize("persona", list(every_page.PERSONAS))
async def test_every_page_is_accessible_fits_and_speaks_one_language(
    browser: Browser, demo_city: DemoCity, persona: str, locale: str
) -> None:
    found = []
    async with visiting(browser, demo_city.url, locale) as visitor:
        await visitor.play(persona)
        desk = await visitor.page.content()
        for name, path in every_page.PERSONAS[persona](demo_city, desk):
            status = await visitor.go(path)
            if status != every_page.REFUSED.get(name, 200):
                found.append(f"{name}: {path} answers {status}")
            found += await _look(visitor, demo_city, name, locale)
    assert not found, "\n".join(sorted(set(found)))
