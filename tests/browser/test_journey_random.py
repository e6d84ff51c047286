"""The random way in a real browser, from an owner's need to a notice that a stranger re-checks."""

import asyncio
import json
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.browser import acts
from tests.browser.demo_city import DemoCity
from tests.browser.visitor import PATIENCE, Visitor, visiting

pytestmark = pytest.mark.browser
APPLICANTS = ("agency_a", "agency_b", "agency_c")
FAR = "round:CQ-2026-000001/1"
RECEIPT = {
    "kind": "receipt",
    "about": FAR,
    "envelopes": ["ab" * 32],
    "index": 1,
    "at": "2026-11-22T09:30:00.000Z",
}
ELSEWHERE = json.dumps(RECEIPT).encode()
UNUSED = json.dumps({"key": "00", "seq": 0, "admission": {"about": FAR}}).encode()
CODED = re.compile(r"您的代号 甲-\d\d：.+")
NEED = acts.Need("明月江护岸工程水土保持方案编制", "random", "8.60")


async def test_from_a_need_to_a_notice_that_a_stranger_checks(
    browser: Browser, demo_city: DemoCity, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with AsyncExitStack() as stack:

        async def come(**given: object) -> Visitor:
            return await stack.enter_async_context(visiting(browser, demo_city.url, **given))  # type: ignore[arg-type]  # looks of a visitor

        owner, stranger = await come(), await come()
        await owner.play("owner")
        code = await acts.write_need(owner, NEED)
        await acts.finish_and_publish(owner, code)
        home = f"/projects/{code}"
        await stranger.go(home)
        await stranger.page.evaluate("window.stayed = true")
        await owner.shot("journey-random-1-published")

        people = {persona: await come() for persona in APPLICANTS}
        receipts = [await _applies(people[persona], persona, code) for persona in APPLICANTS]
        vouchers = {
            persona: await acts.keep_voucher(people[persona], tmp_path_factory.mktemp(persona))
            for persona in APPLICANTS
        }
        assert "还没有截止" in await acts.open_kept_receipt(people["agency_a"], code)
        assert len({receipt["index"] for receipt in receipts}) == 3

        await acts.must_be_blind(demo_city, code, receipts)
        deadline = await acts.deadline_of(demo_city, code)
        await acts.put_ahead_past(owner, deadline)
        state = stranger.page.locator("#round-steps .stepper .now")
        await expect(state).to_contain_text("公示", timeout=PATIENCE)
        await expect(stranger.page.locator("#round-state")).to_contain_text("中选机构")
        check = stranger.page.locator(f"#round-state a[href='/rounds/{code}/1/check']")
        await expect(check).to_be_visible()
        assert await stranger.page.evaluate("window.stayed"), "all of it without a reload"
        await stranger.shot("journey-random-4-revealed")
        shown = await stranger.page.locator("#round-state").inner_text()
        assert "2 家" in shown, "one of three withdrew"

        await acts.recompute(stranger, code)
        await stranger.shot("journey-random-5-recomputed")
        told = await _finds_its_code(people, stranger, vouchers, code)
        await stranger.go(home)
        await acts.put_ahead_past(owner, await acts.publicity_of(stranger.page))
        notice = stranger.page.locator(acts.NOTICE)
        await expect(notice).to_be_visible(timeout=PATIENCE)
        await acts.notice_holds(stranger)
        await stranger.shot("journey-random-6-notice")
        dossier = await acts.dossier_of(stranger, demo_city, code)
        for who, line in told.items():
            said = await acts.receipt_says(demo_city, vouchers[who], dossier)
            assert line[:10] in said
            assert ("not selected" in said) is ("候补" in line)
        await acts.dossier_verifies(demo_city, dossier)

        regulator = await come()
        await regulator.play("regulator")
        assert await regulator.go(home) == 200
        assert await regulator.go(f"/log/projects/{code}") == 200


async def _finds_its_code(
    people: dict[str, Visitor], stranger: Visitor, vouchers: dict[str, Path], code: str
) -> dict[str, str]:
    """Winner and loser, where they applied and by their saved files; who withdrew is told so."""
    told = {who: await acts.open_kept_receipt(people[who], code) for who in APPLICANTS}
    assert told.pop("agency_b") == "没有参加选取：在截止前撤回了"
    assert all(CODED.fullmatch(line) for line in told.values()), told
    assert sorted(line[7:9] for line in told.values()) == ["01", "02"]
    assert sorted(line.partition("：")[2] for line in told.values()) == ["中选", "候补第 1 位"]
    await people["agency_a"].shot("journey-random-7-own-receipt")
    await _other_files_are_told_so(stranger, vouchers["agency_a"])
    for who, line in told.items():
        assert await acts.open_saved_receipt(stranger, vouchers[who]) == line
    return told


async def _other_files_are_told_so(stranger: Visitor, voucher: Path) -> None:
    """Each with a sentence at its field, and nothing typed is lost."""
    page = stranger.page
    await stranger.go("/my/receipts")
    await expect(page.locator("[data-part=none]")).to_be_visible()
    good = await asyncio.to_thread(voucher.read_bytes)
    for data, password, field, sentence in (
        (None, "demo", "receipt_file", "请选择"),
        (good, "", "receipt_password", "这份凭证有密码"),
        (good, "Demo", "receipt_password", "密码打不开"),
        (good[:-100], "demo", "receipt_file", "已经损坏"),
        (b"x" * 30_000_000, "demo", "receipt_file", "有 30.0 MB"),
        (UNUSED, "", "receipt_file", "没有回执"),
        (ELSEWHERE, "", None, "本平台没有 CQ-2026-000001/1 这次选取"),
    ):
        if data is not None:
            file = FilePayload(name="x.json", mimeType="application/json", buffer=data)
            await page.set_input_files("#receipt_file", file)
        await page.fill("#receipt_password", password)
        await page.click("[data-part=file] button")
        error = page.locator(f"#{field}-error" if field else "[data-part=errors] li")
        await expect(error).to_contain_text(sentence, timeout=PATIENCE)
    stranger.faults.clear()  # a round of elsewhere is not found


async def _applies(agency: Visitor, persona: str, code: str) -> dict[str, Any]:
    """Each applies; A replaces what it sent, B takes it back."""
    await agency.play(persona)
    await agency.go(f"/projects/{code}")
    await acts.wait_for_applications(agency.page, code)
    await acts.open_form(agency, code)
    receipt = await acts.seal_and_send(agency.page)
    await acts.followed_up(agency.page)
    if persona == "agency_a":
        await agency.shot("journey-random-2-receipt")
        await acts.replace(agency.page)
        await acts.followed_up(agency.page)
    if persona == "agency_b":
        await acts.withdraw(agency.page)
        await agency.shot("journey-random-3-withdrawn")
    return receipt
