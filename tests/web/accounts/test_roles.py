import re

import httpx2
import pytest

from market.accounts.actions import rights
from market.accounts.actions.wishes import Ending, Granting
from market.accounts.models import Grant, Session
from market.accounts.states import Act
from market.kernel.actors import Role
from market.settings import Settings
from tests.factories.city import TestCity
from tests.factories.people import actor, carry, post, settle, sign_in


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, demo=True)


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city)
    call = city.call(actor("security-admin", Role.SECURITY_ADMIN))
    await rights.change(call, "department", Act.GRANT, Granting(Role.OWNER, ("511702",)))


async def choose(client: httpx2.AsyncClient, grant: str) -> httpx2.Response:
    headers = {"sec-fetch-site": "same-origin"}
    return await client.post("/sign-in/role", data={"grant": grant}, headers=headers)


async def test_a_session_acts_in_the_one_role_that_was_chosen(client: httpx2.AsyncClient) -> None:
    assert (await sign_in(client, "department")).headers["location"] == "/sign-in/role"
    page = await client.get("/sign-in/role")
    offered = re.findall(r'type="radio" value="(\w+)"', page.text)
    assert len(offered) == 2
    assert (await client.get("/account")).status_code == 303
    owner = await Grant.get(person_id="department", role=Role.OWNER)
    done = await choose(client, owner.code)
    assert done.headers["location"] == "/desk"
    session = await Session.get().prefetch_related("grant")
    assert session.grant.role is Role.OWNER


@pytest.mark.parametrize("grant", ["", "nothing", "x" * 4000, "' OR 1=1"])
async def test_a_role_that_is_not_on_offer_is_refused(
    client: httpx2.AsyncClient, grant: str
) -> None:
    await sign_in(client, "department")
    foreign = await Grant.get(person_id="regulator")
    for wish in (grant, foreign.code):
        assert (await choose(client, wish)).status_code == 422
    assert not await Session.exists()


async def test_a_grant_that_ends_meanwhile_is_no_longer_on_offer(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await sign_in(client, "department")
    owner = await Grant.get(person_id="department", role=Role.OWNER)
    call = city.call(actor("security-admin", Role.SECURITY_ADMIN))
    await rights.change(call, "department", Act.END_GRANT, Ending(owner.code))
    assert (await choose(client, owner.code)).status_code == 409
    assert not await Session.exists()


async def test_switching_ends_the_session_in_the_other_role(client: httpx2.AsyncClient) -> None:
    await sign_in(client, "department")
    owner = await Grant.get(person_id="department", role=Role.OWNER)
    department = await Grant.get(person_id="department", role=Role.DEPARTMENT)
    await choose(client, owner.code)
    before = client.cookies["session"]
    for page in ("/account", "/desk"):
        assert 'action="/account/role"' in (await client.get(page)).text, page
    assert (await post(client, "/account/role", grant="nothing")).status_code == 422
    switched = await post(client, "/account/role", grant=department.code)
    assert switched.headers["location"] == "/desk"
    carry(client, before)
    assert (await client.get("/account")).status_code == 303
