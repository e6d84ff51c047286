"""However many rounds are open, a page asks the database as often as for one."""

import httpx2
import pytest

from market.kernel.actors import Role
from tests.factories.asked import statements
from tests.factories.copies import copies
from tests.factories.people import enter
from tests.factories.town import Town

COUNTS = (1, 3, 30)
PAGES = {
    "/my/applications": Role.AGENCY,
    "/api/my/rounds": Role.AGENCY,
}


async def questions(town: Town, client: httpx2.AsyncClient, page: str) -> dict[int, int]:
    """How many statements the page takes with so many rounds open."""
    found = await town.publish(way="price")
    person = town.applicants[0].actor.code if PAGES[page] is Role.AGENCY else "regulator"
    await enter(town.city, client, person, PAGES[page])
    asked = {}
    for count in COUNTS:
        await copies(found, count)
        with statements() as said:
            answer = await client.get(page)
        assert answer.status_code == 200
        assert answer.text.count("DZ-2099-") >= count - 1
        asked[count] = len(said)
    return asked


@pytest.mark.parametrize("page", PAGES)
async def test_as_many_questions_as_for_one(
    town: Town, client: httpx2.AsyncClient, page: str
) -> None:
    asked = await questions(town, client, page)
    assert len({*asked.values()}) == 1, asked
    assert 0 < asked[1] < 20
