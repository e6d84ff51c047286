"""S4, S6, S7: each address × role is decided, reading never writes, refusals are traced once."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import httpx2
import pytest

from market.audit.models import LedgerHead, SecurityEvent
from market.infra import db
from market.kernel.actors import Actor, Role
from market.routes import ROUTES
from market.web.guards import GuardedRoute
from tests.factories.needs import ITEM
from tests.factories.survey import ALL, ALLOWED, PEOPLE
from tests.factories.town import OWNER, Town

STREAMS = {"selection.events"}
WAITING = {"selection.no_order_keys"}  # 503: the operator has not laid down the regulators' keys
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|BEGIN)\b", re.IGNORECASE)


def test_every_address_stands_in_the_table_and_nothing_else_does() -> None:
    names = [route.name for route in ROUTES]
    assert sorted(names) == sorted(set(names))
    assert set(names) == set(ALLOWED)


def test_the_guards_say_what_the_table_says() -> None:
    for route in ROUTES:
        roles = route.guard.roles
        said = ALL if roles is None else {str(role) for role in roles}
        assert said == ALLOWED[route.name], route.name


def test_reading_and_writing_never_share_an_address_and_a_method() -> None:
    for route in ROUTES:
        methods = set(route.methods or ())
        assert methods == ({"POST"} if route.writes else {"GET", "HEAD"}), route.name


@pytest.fixture
async def visited(town: Town) -> str:
    """A town with a round; whoever shows a role as session acts in it."""
    found = await town.publish(way="price")
    acting = {OWNER.role: OWNER, Role.AGENCY: town.applicants[0].actor}

    async def find_actor(token: str, _now: datetime) -> Actor | None:
        if token not in PEOPLE:
            return None
        role = Role(token)
        code = token.replace("_", "-")
        other = Actor(role, code, code, "opr-0001", code, ("511700",), code)
        return acting.get(role, other)

    app = town.city.app
    app.state.door = replace(app.state.door, find_actor=find_actor)
    return found.project


def address(route: GuardedRoute, project: str) -> str:
    """A plausible address of the route."""
    code = {"items": ITEM.code, "agencies": "ag-0001", "admin": "regulator"}
    first = route.path.strip("/").removeprefix("api/").split("/")[0]
    given = {"code": code.get(first, project), "attempt": "1", "number": "1", "kind": "csv"}
    given |= {"alarm": str(uuid4()), "project": project}

    def fill(found: re.Match[str]) -> str:
        return given.get(found[1], "0" * 64)

    return re.sub(r"{(\w+)(?::\w+)?}", fill, route.path)


async def ask(
    client: httpx2.AsyncClient, route: GuardedRoute, project: str, role: str
) -> httpx2.Response:
    headers = {"accept": "application/json", "idempotency-key": str(uuid4())}
    headers["sec-fetch-site"] = "same-origin"
    if role != "anyone":
        headers["cookie"] = f"session={role}"
    method = "POST" if route.writes else "GET"
    return await client.request(method, address(route, project), headers=headers)


async def test_every_cell_of_the_table(
    town: Town, client: httpx2.AsyncClient, visited: str
) -> None:
    cells = 0
    for route in ROUTES:
        for role in ("anyone", *PEOPLE):
            if route.name in STREAMS:
                continue
            events = await SecurityEvent.all().count()
            size = (await LedgerHead.get(id=1)).size
            answer = await ask(client, route, visited, role)
            assert answer.status_code < 500 or answer.json()["key"] in WAITING, answer.text
            if role not in ALLOWED[route.name]:
                expected = (401, "guard.sign_in") if role == "anyone" else (403, "guard.forbidden")
                assert (answer.status_code, answer.json()["key"]) == expected, (route.name, role)
                traced = await SecurityEvent.all().count() - events
                assert traced == (1 if route.writes else 0), (route.name, role)
                assert (await LedgerHead.get(id=1)).size == size, (route.name, role)
            elif answer.status_code in {401, 403}:
                key = answer.json()["key"]
                assert not key.startswith("guard.s"), (route.name, role, key)
            cells += 1
    assert cells == (len(ROUTES) - len(STREAMS)) * len(ALL)


async def test_reading_never_writes(town: Town, client: httpx2.AsyncClient, visited: str) -> None:
    if db.is_postgres():
        pytest.skip("SQLite tells every statement; the code is the same")
    said: list[str] = []
    raw = db.connection()._connection  # type: ignore[attr-defined]  # SQLite's own
    await raw.set_trace_callback(said.append)
    for route in ROUTES:
        for role in sorted(ALLOWED[route.name]):
            if not route.writes and route.name not in STREAMS:
                await ask(client, route, visited, role)
    reads, wrote = len(said), [one for one in said if WRITES.match(one)]
    said.clear()
    await ask(client, next(r for r in ROUTES if r.name == "projects.start"), visited, "agency")
    canary = [one for one in said if WRITES.match(one)]
    await raw.set_trace_callback(None)
    assert reads > 200
    assert wrote == []
    assert canary != [], "a refused write leaves its event"
