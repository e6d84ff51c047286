"""The page on which a regulator signs an order: one file, from a disk, without any network."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.async_api import Browser, FilePayload, Page, expect

from market.web.standalone import standalone
from signing.blind_audit import messages
from signing.core.canonical import loads
from signing.trustee import order_key, orders
from tests.browser import inspection
from tests.browser.visitor import OUTPUT
from tests.factories import prepared

pytestmark = pytest.mark.browser
TEMPLATE = "oversight/offline_order.html"
ASKED, WRONG_FILE, WRONG_KEY = (
    f"[data-part={name}]" for name in ("asked", "request-error", "key-error")
)


@pytest.fixture
def public(tmp_path: Path) -> bytes:
    return order_key.make(tmp_path / "key.json")


@pytest.fixture(params=[("zh_CN", 1280, "light"), ("en", 390, "dark")], ids=["zh", "en"])
async def page(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> AsyncIterator[Page]:
    """It is opened from the disk by a browser that has no network, and minds its console."""
    locale, width, scheme = request.param
    (tmp_path / "order.html").write_bytes(standalone(locale, TEMPLATE))
    context = await browser.new_context(
        offline=True, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto((tmp_path / "order.html").as_uri())
    yield page
    assert faults == []
    await context.close()


async def choose(page: Page, field: str, name: str, data: bytes) -> None:
    sent = FilePayload(name=name, mimeType="application/json", buffer=data)
    await page.set_input_files(f"#{field}", sent)


async def refused(page: Page, place: str, code: str) -> None:
    """The sentence of a code is shown there, and the reader led to it."""
    sentence = await page.locator(f'[data-key="{code}"]').text_content()
    assert sentence
    await expect(page.locator(place)).to_have_text(sentence)
    await expect(page.locator(place)).to_be_focused()


async def saved(page: Page, name: str, folder: Path) -> bytes:
    async with page.expect_download() as waits:
        await page.click(f"[data-save={name}]")
    kept = folder / (await waits.value).suggested_filename
    await (await waits.value).save_as(kept)
    return kept.read_bytes()


async def looked_at(page: Page, name: str) -> None:
    assert await inspection.accessibility(page) == []
    assert await inspection.sideways(page) == []
    if OUTPUT.exists():
        await page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


async def test_an_opening_order_is_read_signed_and_saved(
    page: Page, tmp_path: Path, public: bytes
) -> None:
    await looked_at(page, f"offline-empty-{page.viewport_size['width']}")  # type: ignore[index]  # it has one
    await choose(page, "request", "prepared.json", prepared.opening(public))
    code = "甲-03" if await page.get_attribute("html", "lang") == "zh-CN" else "A-03"
    for shown in (code, prepared.REASON, prepared.TITLE, "DZ-2026-000008/1"):
        await expect(page.locator(ASKED)).to_contain_text(shown)
    await page.set_input_files("#key", tmp_path / "key.json")
    await page.focus("#key")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=done]")).to_be_focused()
    await expect(page.locator("[data-part=secret]")).to_be_hidden()
    await looked_at(page, f"offline-signed-{page.viewport_size['width']}")  # type: ignore[index]  # it has one
    data = await saved(page, "save-order", tmp_path)
    body = orders.must_be_ordered((public,), loads(data))
    assert (body["about"], body["envelope"]) == (prepared.ABOUT, prepared.HASH)
    assert body["reason"] == prepared.REASON
    assert await page.input_value("#key") == ""
    await choose(page, "request", "again.json", data)
    await refused(page, WRONG_FILE, "request_signed")
    await expect(page.locator(ASKED)).to_be_hidden()
    await expect(page.locator("[data-part=done]")).to_be_hidden()


async def test_an_audit_order_comes_with_a_key_of_its_own(
    page: Page, tmp_path: Path, public: bytes
) -> None:
    await choose(page, "request", "prepared.json", prepared.audit(public))
    await expect(page.locator("[data-value=code]")).to_be_hidden()
    await page.set_input_files("#key", tmp_path / "key.json")
    await page.click("[data-part=asked] button")
    await looked_at(page, f"offline-audit-{page.viewport_size['width']}")  # type: ignore[index]  # it has one
    secret = loads(await saved(page, "save-secret", tmp_path))
    order = messages.must_be_ordered([public], loads(await saved(page, "save-order", tmp_path)))
    assert (order["about"], order["freeze"]) == (prepared.ABOUT, prepared.HASH)
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(secret["x25519"]))
    assert key.public_key().public_bytes_raw().hex() == order["key"]
    box = messages.seal_share(order, "notary", "cd" * 32, 2, b"s" * 32)
    opened = messages.open_share(key, messages.digest(order), "notary", "cd" * 32, box)
    assert opened == (2, b"s" * 32)


@pytest.mark.parametrize("page", [("zh_CN", 390, "light")], indirect=True)
@pytest.mark.parametrize("make", [prepared.opening, prepared.audit])
async def test_an_altered_file_and_a_strangers_key_sign_nothing(
    page: Page, tmp_path: Path, public: bytes, make: Callable[[bytes], bytes]
) -> None:
    good = make(public)
    for data in prepared.altered(good):
        await choose(page, "request", "bad.json", data)
        await refused(page, WRONG_FILE, "request")
        await expect(page.locator(ASKED)).to_be_hidden()
        await choose(page, "request", "good.json", good)
        await expect(page.locator(ASKED)).to_be_visible()
        await expect(page.locator(WRONG_FILE)).to_be_hidden()
    order_key.make(tmp_path / "other.json")
    (tmp_path / "bad-key.json").write_bytes(b'{"v":1}')
    (tmp_path / "good.json").write_bytes(good)
    await page.click("[data-part=asked] button")
    await refused(page, WRONG_KEY, "key_missing")
    for name, code in (
        ("other.json", "request_key"),
        ("bad-key.json", "order_key"),
        ("good.json", "order_key"),
    ):
        await page.set_input_files("#key", tmp_path / name)
        await page.click("[data-part=asked] button")
        await refused(page, WRONG_KEY, code)
        await expect(page.locator("[data-part=done]")).to_be_hidden()


async def test_what_is_put_into_the_page_does_not_run(
    browser: Browser, tmp_path: Path, public: bytes
) -> None:
    planted = b"<script>document.title = 'ran'</script></main>"
    html = standalone("en", TEMPLATE).replace(b"</main>", planted)
    (tmp_path / "order.html").write_bytes(html)
    page = await browser.new_page()
    await page.goto((tmp_path / "order.html").as_uri())
    hostile = prepared.opening(public, title="<img src=x onerror='document.title=1'>", code="<b>")
    await choose(page, "request", "prepared.json", hostile)
    await expect(page.locator("[data-value=title]")).to_contain_text("<img src=x")
    assert await page.title() == "Sign a regulator's order offline"
    await page.close()
