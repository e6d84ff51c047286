"""Texts that no column can hold: an address that names nothing, a write that is told so."""

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from market.accounts.models import Person
from market.audit.models import LedgerHead, SecurityEvent
from market.kernel.actors import Role
from market.routes import ROUTES
from tests.factories.city import TestCity
from tests.factories.people import enter, post, settle

ADDRESSES = (
    "/projects/{}",
    "/agencies/{}",
    "/documents/{}",
    "/items/{}",
    "/rounds/{}/1/check",
    "/rounds/{}/1/draw.json",
    "/api/rounds/{}/1/terms",
    "/log/projects/{}",
)
PEOPLE = {
    "owner": Role.OWNER,
    "department": Role.DEPARTMENT,
    "regulator": Role.REGULATOR,
    "security-admin": Role.SECURITY_ADMIN,
}
PLACED = [route for route in ROUTES if "{" in route.path]


def filled(path: str, text: str, number: str) -> str:
    """``path`` with ``text`` in every place, ``number`` where only a number fits."""
    parts = [(number if ":int" in p else text) if "{" in p else p for p in path.split("/")]
    return "/".join(parts)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_endless_code_names_nothing(client: httpx2.AsyncClient, address: str) -> None:
    for code in ("x" * 1900, "明" * 600, "DZ-2026-" + "9" * 1800):
        answer = await client.get(address.format(code))
        assert answer.status_code == 404, (code[:9], answer.text[:300])
    assert (await client.get(address.format("x" * 3000))).status_code == 431


async def test_every_address_with_a_place_in_it_bears_endless_texts(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    await settle(city)
    size = (await LedgerHead.get(id=1)).size
    assert len(PLACED) > 40
    refused = set()
    for who, role in PEOPLE.items():
        await enter(city, client, who, role)
        for route in PLACED:
            for text, number in (("x" * 600, "1"), ("x", "9" * 30)):
                path = filled(route.path, text, number)
                answer = await (post(client, path) if route.writes else client.get(path))
                assert 400 <= answer.status_code < 500, (who, path[:80], answer.text[:300])
                refused.add(answer.status_code)
    assert refused >= {403, 404}
    assert (await LedgerHead.get(id=1)).size == size


async def _looks_up(_request: Request) -> Response:
    await Person.get(login="x" * 600)
    raise AssertionError("no column holds that")


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "改短"), ("en", "Shorten")])
async def test_what_no_rule_has_caught_is_still_worded(
    city: TestCity, client: httpx2.AsyncClient, locale: str, words: str
) -> None:
    city.app.router.routes.insert(0, Route("/api/misfit", _looks_up, methods=["GET", "POST"]))
    headers = {"accept-language": locale}
    read = await client.get("/api/misfit", headers=headers)
    assert (read.status_code, read.json()["key"]) == (404, "not_found.page")
    written = await client.post("/api/misfit", headers=headers)
    assert (written.status_code, written.json()["key"]) == (422, "http.misfit")
    assert words in written.json()["detail"]
    assert await SecurityEvent.filter(key="http.misfit").count() == 1
