"""A project's page: what its reader can do now, the tab that is shown, a tie with its draw."""

import re
from datetime import timedelta

import httpx2
import pytest

from market.kernel.actors import Role
from market.selection.deciding.explanation import explain
from market.selection.forms import Explanation
from market.web import panels
from market.web.i18n import say
from market.web.panels import Card, Shown, Tab
from tests.factories.acting import let_roles_act
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town

NEXT = re.compile(r'<div class="next-step.*?</section>', re.DOTALL)
HERE = re.compile(r'<section class="panel stack here" id="tab-(\w+)"')
TIE = (5_000_000, 5_000_000, 5_000_000, 6_000_000)


@pytest.fixture(autouse=True)
def acting(town: Town) -> None:
    let_roles_act(town)


async def visit(
    client: httpx2.AsyncClient, path: str, role: str = "", lang: str = "zh_CN"
) -> httpx2.Response:
    return await client.get(path, headers={"cookie": f"lang={lang}; session={role}"})


async def page(client: httpx2.AsyncClient, path: str, role: str = "", lang: str = "zh_CN") -> str:
    return (await visit(client, path, role, lang)).text


def steps_of(text: str) -> list[str]:
    """How far the project is: the states of its steps."""
    stepper = text[text.index('class="stepper"') :]
    return re.findall(r'<li class="(\w+)"', stepper[: stepper.index("</ol>")])


def next_of(text: str) -> str:
    """What stands above everything, on one line."""
    (found,) = NEXT.findall(text)
    return " ".join(re.sub(r"<(?!a |/a)[^>]*>", " ", found).split())


async def test_everybody_is_told_what_to_do_or_what_is_awaited(
    town: Town, client: httpx2.AsyncClient, accepting: RoundAsItStands
) -> None:
    home, apply = f"/projects/{accepting.project}", f"/rounds/{accepting.project}/1/apply"
    assert steps_of(await page(client, home)) == ["done", "now", "next", "next"]
    stranger = next_of(await page(client, home))
    assert f'href="/sign-in?next={home}"' in stranger
    assert "登录后报名" in stranger
    agency = next_of(await page(client, home, Role.AGENCY))
    assert "您的下一步" in agency
    assert f'href="{apply}"' in agency
    for role in ("other_agency", Role.OWNER, Role.REGULATOR):
        assert "/apply" not in next_of(await page(client, home, role)), role
    assert (await visit(client, apply, Role.AGENCY)).status_code == 200
    shut = await visit(client, apply, "other_agency")  # told before it types, not after it sealed
    assert shut.status_code == 403
    assert say("zh_CN", "agencies.reason.not_registered") in shut.text
    town.clock.now = accepting.deadline_at + timedelta(seconds=1)
    assert "正在封存名单" in next_of(await page(client, home, Role.AGENCY))


async def test_the_tab_stands_in_the_address_and_all_of_them_in_the_page(
    client: httpx2.AsyncClient, accepting: RoundAsItStands
) -> None:
    home = f"/projects/{accepting.project}"
    for query, tab in (
        ("", "announcement"),
        ("?tab=selection", "selection"),
        ("?tab=dossier", "dossier"),
        ("?tab=nowhere&first=x", "announcement"),
    ):
        text = await page(client, home + query)
        assert HERE.findall(text) == [tab]
        assert re.findall(r'id="tab-(\w+)"', text) == ["announcement", "selection", "dossier"]


async def test_a_room_s_card_brings_its_tab(
    client: httpx2.AsyncClient, accepting: RoundAsItStands, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, cards = panels.tabs(), panels.project_cards

    async def and_a_contract(shown: Shown) -> dict[str, list[Card]]:
        found = await cards(shown)
        found["contract"] = [Card("documents/papers_card.html", [], tab="contract")]
        return found

    monkeypatch.setattr(panels, "tabs", lambda: (*known, Tab(80, "contract", "中选通知书")))
    home = f"/projects/{accepting.project}"
    assert "tab=contract" not in await page(client, home), "a tab in which nothing stands"
    monkeypatch.setattr(panels, "project_cards", and_a_contract)
    text = await page(client, f"{home}?tab=contract")
    assert HERE.findall(text) == ["contract"]
    assert "tab=contract" in text


async def test_equal_prices_are_shown_as_a_tie_with_its_draw(
    town: Town, client: httpx2.AsyncClient, accepting: RoundAsItStands
) -> None:
    await town.apply(accepting.about, *TIE)
    round_ = await town.to_reveal(accepting.about)
    text = await page(client, f"/projects/{round_.project}", lang="en")
    assert HERE.findall(text) == ["selection"], "without a wish, what came out"
    assert steps_of(text) == ["done", "done", "done", "now"]
    codes = text[text.index('id="codes"') :]
    assert "3 prices were equal; a draw decided" in codes
    drawn = re.findall(r"<li>(A-\d\d)", codes)
    listed = re.findall(r'<th scope="row">(A-\d\d)</th>', codes)
    ranks = re.findall(r'data-label="Rank">(\d)', codes)
    assert listed[0] == drawn[0], "the winner first, and its ticket is the lowest"
    assert sorted(drawn) == sorted(listed[:3])
    assert ranks == ["1", "1", "1", "4"]
    assert "甲-" not in text.replace("中选", "")
    tickets = re.findall(r'Ticket <code class="code">([0-9a-f]{16})', codes)
    assert tickets == sorted(tickets)
    assert "甲-" in await page(client, f"/projects/{round_.project}")


async def test_a_price_far_below_is_its_winner_s_and_then_its_owner_s_next_step(
    town: Town, client: httpx2.AsyncClient, accepting: RoundAsItStands
) -> None:
    await town.apply(accepting.about, 2_000_000, 9_000_000, 9_500_000)
    round_ = await town.to_reveal(accepting.about)
    home = f"/projects/{round_.project}"
    winner = next_of(await page(client, home, Role.AGENCY))
    assert "您的下一步" in winner
    assert "说明报价" in winner
    assert "业主接受机构的说明" in next_of(await page(client, home))
    said = Explanation(text="自有设备，成本确实低，能够履约。")
    await explain(town.call(town.applicants[0].actor), accepting.about, said)
    assert "答复报价说明" in next_of(await page(client, home, Role.OWNER))
