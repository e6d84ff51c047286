"""One desk for every role: what is to do, what others do, in words that are true at that hour."""

import re

import httpx2
import pytest

from market.accounts.regions import rules_of
from market.kernel.actors import Role
from market.projects.models import Project
from market.selection.deciding import explanation
from market.selection.forms import Explanation
from market.web.panels import duties
from tests.factories.people import enter
from tests.factories.town import OWNER, Applicant, Town

PEOPLE = {
    "owner": Role.OWNER,
    "department": Role.DEPARTMENT,
    "regulator": Role.REGULATOR,
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
}
SAYS_WHY = Explanation(text="我单位在本项目所在地设有常驻团队，成本低于同行。")


def card(page: str, name: str) -> str:
    """One card of the desk, empty where it is not there."""
    found = re.search(rf'<section class="card " id="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


async def desk(town: Town, client: httpx2.AsyncClient, code: str, role: Role) -> str:
    """Somebody's desk."""
    await enter(town.city, client, code, role)
    answer = await client.get("/desk")
    assert answer.status_code == 200
    return answer.text


async def asked(town: Town) -> tuple[str, Applicant]:
    """A project whose winner must explain its price, and that winner."""
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 2_000_000, 8_500_000)
    await town.to_reveal(found.about)
    return found.project, who[1]


@pytest.mark.parametrize(("person", "role"), PEOPLE.items())
async def test_every_desk_has_its_duties_first_and_its_rooms_before_what_is_public(
    town: Town, client: httpx2.AsyncClient, person: str, role: Role
) -> None:
    page = await desk(town, client, person, role)
    main = page.split("<main", 1)[1]
    assert main.index('id="duties"') == min(
        main.index(f'id="{name}"')
        for name in ("duties", "waits", "outcomes", "quick")
        if name in main
    )
    rooms = re.findall(r'<li><a href="([^"]+)"', page.split('class="nav"', 1)[1].split("</nav>")[0])
    assert rooms[0] == "/desk"
    assert not {"/projects", "/agencies", "/items", "/open"} & set(rooms)
    for href in rooms:
        assert (await client.get(href)).status_code == 200, href


async def test_a_stranger_signs_in_first_and_sees_the_same_public_menu(
    town: Town, client: httpx2.AsyncClient
) -> None:
    assert (await client.get("/desk")).headers["location"] == "/sign-in?next=/desk"
    for page in ("/open", "/help"):
        text = (await client.get(page)).text
        assert re.findall(r'<li><a href="(/[a-z]+)"', text.split("</nav>")[0]) == [
            *("/projects", "/agencies", "/items", "/open")
        ]
        assert "运营单位" not in text
        assert "data-bell" not in text


async def test_a_price_far_below_is_seen_by_its_owner_from_the_reveal_on(
    town: Town, client: httpx2.AsyncClient
) -> None:
    code, winner = await asked(town)
    href = f'href="/projects/{code}'
    page = await desk(town, client, "owner", Role.OWNER)
    assert href not in card(page, "duties")
    assert href in card(page, "waits")
    assert "公示中，等待中选机构说明报价" in card(page, "waits")
    winners = await desk(town, client, winner.actor.code, Role.AGENCY)
    assert href in card(winners, "duties")
    assert href not in card(winners, "waits")
    assert "公示中，等您说明报价" in (await client.get("/projects")).text
    await town.later(days=4)
    page = await desk(town, client, "owner", Role.OWNER)
    assert href not in card(page, "waits")
    assert "已过期限" in card(page, "duties")
    assert "公示期满，没有收到报价说明，可以取消中选资格" in card(page, "duties")
    assert (await client.get("/desk/duties")).json() == {"duties": 1, "overdue": 1}
    assert "等您处理" in (await client.get("/my/projects?tab=running")).text
    client.cookies.clear()
    listed = (await client.get("/projects")).text
    assert "公示期满，没有收到报价说明，等待业主处理" in listed
    assert "结果公示中" not in listed.split('class="entries"')[1]
    table = (await client.get("/projects.csv")).text
    assert "公示期满，没有收到报价说明，等待业主处理" in table


async def test_an_explanation_turns_the_waiting_round(
    town: Town, client: httpx2.AsyncClient
) -> None:
    code, winner = await asked(town)
    about = (await town.round(f"round:{code}/1")).about
    await explanation.explain(town.call(winner.actor), about, SAYS_WHY)
    href = f'href="/projects/{code}'
    assert href in card(await desk(town, client, "owner", Role.OWNER), "duties")
    page = await desk(town, client, winner.actor.code, Role.AGENCY)
    assert href not in card(page, "duties")
    assert "业主" in card(page, "waits")
    assert (await client.get("/desk/duties")).json() == {"duties": 0, "overdue": 0}


async def test_nobody_s_desk_tells_who_applied(town: Town, client: httpx2.AsyncClient) -> None:
    found = await town.publish(way="price")
    before = await desk(town, client, town.applicants[0].actor.code, Role.AGENCY)
    await town.apply(found.about, 9_000_000, 8_000_000)
    after = await desk(town, client, town.applicants[0].actor.code, Role.AGENCY)
    assert card(before, "waits") == card(after, "waits") == ""
    assert found.project not in after
    waits = card(await desk(town, client, "owner", Role.OWNER), "waits")
    assert "报名中" in waits
    assert not any(one.name in waits for one in town.applicants)


async def test_a_checked_need_is_due_while_its_days_still_fit(town: Town) -> None:
    code = await town.ready(way="price")
    (duty,) = await duties(town.call(OWNER), [code])
    row = await Project.get(code=code)
    assert duty.due_at is not None
    assert row.deadline_at is not None
    assert town.clock() < duty.due_at < row.deadline_at
    last = town.city.tools.calendar.add(
        duty.due_at, rules_of(row.region, town.clock()).sign_up_working_days
    )
    assert last <= row.deadline_at
