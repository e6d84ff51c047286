"""Every page of the demo city, for every role, in both languages, widths and themes."""

import pytest
from playwright.async_api import Browser

from tests.browser import every_page, inspection
from tests.browser.demo_city import DemoCity
from tests.browser.inspection import EVERYTHING, SAID, SEEN, Rules
from tests.browser.visitor import Visitor, visiting

pytestmark = pytest.mark.browser
LOOKS: dict[str, list[tuple[int, str, Rules | None]]] = {
    "zh-CN": [(1280, "light", EVERYTHING), (390, "dark", SEEN)],
    "en": [(390, "light", SAID), (1280, "dark", None)],
}
"""Width, theme, and what axe looks for, unless that is everything everywhere."""


async def _look(
    visitor: Visitor, city: DemoCity, name: str, locale: str, *, whole: bool
) -> list[str]:
    found = await inspection.language(visitor.page, city)
    for width, theme, rules in LOOKS[locale]:
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        await visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its literals
        await visitor.shot(f"{name}-{locale}-{width}-{theme}")
        found += await inspection.sideways(visitor.page)
        looked_for = EVERYTHING if whole else rules
        if looked_for is not None:
            found += await inspection.accessibility(visitor.page, looked_for)
    return [f"{name}: {fault}" for fault in found]


@pytest.mark.parametrize("locale", list(LOOKS))
@pytest.mark.parametrize("persona", list(every_page.PERSONAS))
async def test_every_page_is_accessible_fits_and_speaks_one_language(
    browser: Browser, demo_city: DemoCity, persona: str, locale: str, *, whole: bool
) -> None:
    found = []
    async with visiting(browser, demo_city.url, locale) as visitor:
        await visitor.play(persona)
        desk = await visitor.page.content()
        for name, path in every_page.PERSONAS[persona](demo_city, desk):
            status = await visitor.go(path)
            if status != every_page.REFUSED.get(name, 200):
                found.append(f"{name}: {path} answers {status}")
            found += await _look(visitor, demo_city, name, locale, whole=whole)
    assert not found, "\n".join(sorted(set(found)))
