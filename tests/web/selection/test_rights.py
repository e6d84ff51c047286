"""S4, S6, S7: each address × role is decided, reading never writes, refusals are traced once."""

import re

import httpx2
import pytest

from market.audit.models import LedgerHead, SecurityEvent
from market.infra import db
from market.routes import ROUTES
from tests.factories.acting import ask, let_roles_act
from tests.factories.standing import RoundAsItStands
from tests.factories.survey import ALL, ALLOWED, PEOPLE
from tests.factories.town import Town

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
async def visited(town: Town, accepting: RoundAsItStands) -> str:
    """A town with a round; whoever shows a role as session acts in it."""
    let_roles_act(town)
    return accepting.project


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


async def every_reading(client: httpx2.AsyncClient, project: str) -> dict[str, int]:
    """Every address that is read, by everybody who may: the worst status of each."""
    worst: dict[str, int] = {}
    for route in ROUTES:
        for role in sorted(ALLOWED[route.name]):
            if not route.writes and route.name not in STREAMS:
                answer = await ask(client, route, project, role)
                worst[route.name] = max(worst.get(route.name, 0), answer.status_code)
    return worst


async def reading_in_a_database_that_takes_no_writes(
    client: httpx2.AsyncClient, project: str
) -> None:
    """PostgreSQL does not tell its statements, but it can refuse every write of a session."""
    before = await every_reading(client, project)
    raw = db.connection()
    name = (await raw.execute_query_dict("SELECT current_database() AS name"))[0]["name"]
    await raw.execute_script(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await raw._pool.expire_connections()  # type: ignore[attr-defined]  # asyncpg's pool
    assert await every_reading(client, project) == before
    start = next(r for r in ROUTES if r.name == "projects.start")
    assert (await ask(client, start, project, "agency")).status_code == 500, "the canary"


OWN_AFFAIRS = re.compile(
    r"accounts\.(password|authenticator|sessions?|switch_role|certificate\.own)"
    r"|accounts\.request\.(confirm|refuse|withdraw)"  # the second person to an administrator
)


def test_who_watches_changes_nothing_but_their_own_account() -> None:
    """Reading and writing are permissions of their own: none of these reads brings a write."""
    for route in ROUTES:
        if route.writes and "audit_admin" in ALLOWED[route.name] != ALL:
            assert OWN_AFFAIRS.match(route.name), route.name


def test_no_name_of_a_permission_stands_for_reading_and_for_writing() -> None:
    reads = {route.name for route in ROUTES if not route.writes}
    writes = {route.name for route in ROUTES if route.writes}
    assert reads.isdisjoint(writes)
    assert reads | writes == ALLOWED.keys()


async def test_reading_never_writes(town: Town, client: httpx2.AsyncClient, visited: str) -> None:
    if db.is_postgres():
        await reading_in_a_database_that_takes_no_writes(client, visited)
        return
    said: list[str] = []
    connections = db.connection().connections  # type: ignore[attr-defined]  # SQLite's own
    for raw in connections:
        await raw.set_trace_callback(said.append)
    await every_reading(client, visited)
    reads, wrote = len(said), [one for one in said if WRITES.match(one)]
    said.clear()
    await ask(client, next(r for r in ROUTES if r.name == "projects.start"), visited, "agency")
    canary = [one for one in said if WRITES.match(one)]
    assert reads > 200
    assert wrote == []
    assert canary != [], "a refused write leaves its event"
