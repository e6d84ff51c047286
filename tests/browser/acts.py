"""What the people of the demo city do on its pages, step by step as the pages lead them."""

import asyncio
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import FilePayload, Page, expect

from tests.browser.demo_city import ROOT, DemoCity
from tests.browser.visitor import PATIENCE, Visitor
from tests.factories import files

DAY = 86_400
ITEM = "soil-conservation"  # all three agencies of the personas offer it
CLOCK = "[data-server-ms]"
NOTICE = "#round-state a[href^='/documents/']"


@dataclass(frozen=True)
class Need:
    """What an owner asks for; sums in 万元."""

    title: str
    way: str
    control_price: str = "10.00"


async def city_now(page: Page) -> datetime:
    """The city's wall clock as the page has it."""
    stamp = await page.locator("footer time").get_attribute("datetime")
    return datetime.fromisoformat(str(stamp))


async def write_need(owner: Visitor, need: Need) -> str:
    """Fill the form in its six steps until the need is checked; gives the project's code."""
    page = owner.page
    await owner.go("/my/projects")
    await page.click("main a[href='/my/projects/new']")
    await page.click("form[action='/my/projects/new'] button")
    code = re.search(r"/my/projects/([^/]+)/step/1", page.url)
    assert code, page.url
    await page.fill("#title", need.title)
    await page.select_option("#item", ITEM)
    await page.fill("#summary", "编制方案并通过主管部门审查，提交全部成果文件。")
    await page.fill("#service_days", "30")
    if need.way == "random":
        await _attach(page)
    await _next(page, 2)
    await page.select_option("#region", "511702")
    await page.fill("#contact_name", "李经办")
    await page.fill("#contact_phone", "0818-2100000")
    await page.fill("#complaint_phone", "0818-2100001")
    await _next(page, 3)
    await page.check("[name=funding][value=fiscal]")
    await page.check("[name=needs_approval][value=no]")
    await page.fill("#control_price", need.control_price)
    await page.check("[name=control_unit][value=wan]")
    await _next(page, 4)
    await page.check(f"[name=way][value={need.way}]")
    if need.way == "random":
        await page.check("[name=pool][value=applicants]")
        await page.check("[name=fee_kind][value=fixed]")
        await page.fill("#fee", "65000")
    await _next(page, 5)
    await page.fill("#deadline_at", await _deadline(page))
    await _next(page, 6)
    return code[1]


async def _attach(page: Page) -> None:
    """Two files at once from the first step, of which one is refused; what was typed stays."""
    await page.click("[name=attachments]")
    sent = {"任务书.pdf": files.pdf(), "有脚本.pdf": files.pdf_with_script()}
    pdf = "application/pdf"
    chosen = [FilePayload(name=name, mimeType=pdf, buffer=data) for name, data in sent.items()]
    await page.locator("#file[multiple]").set_input_files(chosen)  # once the script is there
    await page.click("form.form button[type=submit]")
    await expect(page.locator(".files li")).to_contain_text(["任务书.pdf"])
    await expect(page.locator("[data-attach-said] .error")).to_contain_text(["有脚本.pdf: "])
    await page.click(".body > .actions a.primary")
    await expect(page.locator("#service_days")).to_have_value("30")


async def _next(page: Page, step: int) -> None:
    await page.click("main form .button.primary")
    goal = "check" if step == 6 else f"step/{step}"
    assert page.url.endswith(goal), await page.locator("main").inner_text()


async def _deadline(page: Page) -> str:
    """Long enough for any run of holidays; the form says what is too early."""
    day = (await city_now(page)).astimezone() + timedelta(days=16)
    return day.strftime("%Y-%m-%dT17:00")


async def finish_and_publish(owner: Visitor, code: str) -> None:
    """From the check page over the publication page, where the browser seals its secret."""
    page = owner.page
    await page.click(f"form[action='/my/projects/{code}/check'] button")
    await expect(page.locator(".inset.good")).to_be_visible()
    await page.click(f"main a[href='/projects/{code}/publish']")
    await page.click("[data-act=demo-key]")
    await page.click("[data-act=contribute]")
    told = page.locator("[data-publish] [data-part=errors]:visible, #round-steps")
    await told.wait_for()
    assert page.url.endswith(f"/projects/{code}"), await told.inner_text()


async def wait_for_applications(page: Page, code: str) -> None:
    """Until every trustee has contributed; the page redraws itself."""
    apply = page.locator(f"main a[href='/rounds/{code}/1/apply']")
    await expect(apply).to_be_visible(timeout=PATIENCE)


async def open_form(agency: Visitor, code: str) -> None:
    """The page on which an agency seals, reached as an agency reaches it: from what it may do."""
    await agency.go("/my/applications")
    await agency.page.click(f"main a[href='/rounds/{code}/1/apply']")


async def fill_price(page: Page, price: str, unit: str = "yuan") -> None:
    """A price and its unit."""
    await page.fill("#price", price)
    await page.check(f"[name=price_unit][value={unit}]")


async def seal_and_send(page: Page, price: str | None = None) -> dict[str, Any]:
    """With the demo certificate: check, seal, send, and wait for receipt, boxes and proof."""
    if price is not None:
        await fill_price(page, price)
    await page.click("[data-act=demo-key]")
    await expect(page.locator("[data-value=certificate]")).not_to_be_empty()
    await page.click("[data-part=form] button[type=submit]")
    await page.click("[data-act=send]")
    sent = page.locator("[data-part=sent]")
    await expect(sent).to_be_visible(timeout=PATIENCE)
    return {
        "index": int(await page.locator("[data-value=receipt-index]").inner_text()),
        "fingerprint": await page.locator("[data-value=receipt-fingerprint]").inner_text(),
    }


async def followed_up(page: Page) -> None:
    """All trustees opened their boxes, and the browser found the entry in the ledger itself."""
    for trustee in ("regulator", "notary", "platform"):
        line = page.locator(f"[data-trustee={trustee}]")
        await expect(line).to_have_attribute("data-state", "ok", timeout=PATIENCE)
    await expect(page.locator("[data-value=proof]")).to_contain_text(
        re.compile(r"已在本机核对|checked on this computer", re.IGNORECASE), timeout=PATIENCE
    )


async def put_ahead_past(visitor: Visitor, moment: datetime) -> None:
    """Press the banner's buttons until the city's clock is past ``moment``, by days at the end."""
    while (left := moment - await city_now(visitor.page)) >= timedelta():
        await visitor.put_ahead(3 * DAY if left > timedelta(days=3) else DAY)


async def recompute(visitor: Visitor, code: str) -> None:
    """核验 in the visitor's own browser: every step must have its tick."""
    page = visitor.page
    assert await visitor.go(f"/rounds/{code}/1/check") == 200
    await page.click("[data-act=recheck]")
    await expect(page.locator("[data-recheck]")).to_have_attribute(
        "data-verdict", "ok", timeout=PATIENCE
    )
    states = await page.locator("[data-recheck] [data-step]").evaluate_all(
        "steps => steps.map(step => step.dataset.state)"
    )
    assert states == ["ok"] * len(states)
    assert len(states) >= 10


async def keep_voucher(visitor: Visitor, folder: Path) -> Path:
    """Download the voucher from the page that shows the receipt."""
    async with visitor.page.expect_download() as coming:
        await visitor.page.click("[data-act=download]")
    download = await coming.value
    await download.save_as(folder / download.suggested_filename)
    return folder / download.suggested_filename


async def open_kept_receipt(visitor: Visitor, code: str) -> str:
    """我的回执 on the computer that was applied with; gives what became of the round's receipt."""
    page = visitor.page
    await visitor.go("/my/receipts")
    await page.fill("#kept_password", "demo")
    await page.click("[data-part=unlock] .button.primary")
    await page.locator("[data-rows] li", has_text=code).locator("button").click()
    return await outcome(page)


async def open_saved_receipt(visitor: Visitor, voucher: Path) -> str:
    """The same from a file, on another computer and by nobody in particular."""
    await visitor.go("/my/receipts")
    await visitor.page.set_input_files("#receipt_file", voucher)
    await visitor.page.fill("#receipt_password", "demo")
    await visitor.page.click("[data-part=file] button")
    return await outcome(visitor.page)


async def outcome(page: Page) -> str:
    """What the open receipt came to, once it is checked."""
    await expect(page.locator("[data-receipts]")).to_have_attribute(
        "data-verdict", "ok", timeout=PATIENCE
    )
    return await page.locator("[data-value=outcome]").inner_text()


async def receipt_says(city: DemoCity, voucher: Path, dossier: Path) -> str:
    """What the stand-alone command says of it."""
    trust = city.folder / "trust.json"
    trust.write_bytes(city.get("/log/keys.json").content)
    command = [sys.executable, "-m", "signing", "receipt", str(voucher), "--password", "demo"]
    command += ["--dossier", str(dossier), "--trust", str(trust)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


async def replace(page: Page, price: str | None = None) -> None:
    """Seal once more from the receipt; the higher number counts."""
    before = await page.locator("[data-value=receipt-index]").inner_text()
    await page.click("[data-act=replace]")
    await seal_and_send(page, price)
    await expect(page.locator("[data-value=receipt-index]")).not_to_have_text(before)


async def withdraw(page: Page) -> None:
    """Take the application back from its receipt."""
    await page.click("[data-act=withdraw]")
    await page.click("[data-act=withdraw-now]")
    await expect(page.locator("[data-apply]")).to_have_attribute(
        "data-sent", "withdrawal", timeout=PATIENCE
    )


async def must_be_blind(city: DemoCity, code: str, receipts: list[dict[str, Any]]) -> None:
    """Before the deadline no public page tells who, how many, or which envelopes are theirs."""
    names = [city.get(f"/api/agencies/ag-000{n}").json()["name"] for n in (1, 2, 3)]
    hidden = names + [receipt["fingerprint"] for receipt in receipts]
    pages = [f"/projects/{code}", f"/rounds/{code}/1/check", f"/log/projects/{code}"]
    pages += [f"/api/projects/{code}", f"/api/rounds/{code}/1/terms"]
    for path in pages:
        text = city.get(path).text
        assert not [word for word in hidden if word in text], path
    for paper in ("freeze", "draw", "ranking"):
        assert city.get(f"/rounds/{code}/1/{paper}.json").status_code == 404


async def deadline_of(city: DemoCity, code: str) -> datetime:
    """When applications close."""
    return datetime.fromisoformat(city.get(f"/api/projects/{code}").json()["deadline_at"])


async def publicity_of(page: Page) -> datetime:
    """Until when the result is public before it counts: a week is more than any region asks."""
    return await city_now(page) + timedelta(days=7)


async def notice_holds(visitor: Visitor) -> None:
    """The notice's own page checks its seal; the PDF is there; a wrong byte is found."""
    page = visitor.page
    await page.click(NOTICE)
    while not await page.locator("main .inset.good").count():
        await page.reload()  # it is sealed within seconds
    notice = page.url
    link = await page.get_attribute("a[href$='paper.pdf']", "href")
    data = await (await page.request.get(f"{visitor.url}{link}")).body()
    assert data.startswith(b"%PDF")
    await visitor.go("/verify")
    for sent, verdict in ((data, "good"), (data[:-900] + b"0" + data[-899:], "bad")):
        file = FilePayload(name="notice.pdf", mimeType="application/pdf", buffer=sent)
        await page.set_input_files("#file", files=file)
        await page.click("main form .button.primary")
        await expect(page.locator(f"main .inset.{verdict}").first).to_be_visible()
    await page.goto(notice)


async def dossier_of(visitor: Visitor, city: DemoCity, code: str) -> Path:
    """Take the dossier from the project's page."""
    page = visitor.page
    await visitor.go(f"/projects/{code}")
    await page.click("nav.tabs a[href*='tab=dossier']")
    async with page.expect_download() as coming:
        await page.click(f"a[href='/projects/{code}/dossier.zip']")
    taken = city.folder / f"{code}.zip"
    await (await coming.value).save_as(taken)
    return taken


def _change_a_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


async def dossier_verifies(city: DemoCity, taken: Path) -> None:
    """A dossier holds under the stand-alone command; a changed byte fails."""
    trust = city.folder / "trust.json"
    trust.write_bytes(city.get("/log/keys.json").content)
    command = [sys.executable, "-m", "signing", "verify", str(taken), "--trust", str(trust)]
    whole = await asyncio.to_thread(subprocess.run, command, capture_output=True, cwd=ROOT)
    assert whole.returncode == 0, whole.stdout.decode()
    _change_a_bit(taken)
    broken = await asyncio.to_thread(subprocess.run, command, capture_output=True, cwd=ROOT)
    assert broken.returncode in {1, 2}, broken.stdout.decode()
