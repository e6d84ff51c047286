"""Who comes in: for each guard those who may, and everybody else."""

from types import SimpleNamespace

import pytest
from starlette.requests import Request
from starlette.responses import Response

from market.kernel.actors import NOBODY, Actor, Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web import guards
from market.web.door import MAX_BODY
from market.web.guards import Guard, GuardedRoute

PEOPLE = set(Role) - {Role.ANYONE, Role.CLOCK, Role.TRUSTEE}
THREE = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


def why_not(guard: Guard, actor: Actor) -> tuple[str, Kind] | None:
    try:
        guard.must_admit(actor)
    except MarketError as refused:
        return refused.key, refused.kind
    return None


@pytest.mark.parametrize(
    ("guard", "name", "roles"),
    [
        (guards.SIGNED_IN, "signed_in", PEOPLE),
        (guards.OWNER, "owner", {Role.OWNER}),
        (guards.AGENCY, "agency", {Role.AGENCY}),
        (guards.DEPARTMENT, "department", {Role.DEPARTMENT}),
        (guards.REGULATOR, "regulator", {Role.REGULATOR}),
        (guards.ADMINISTRATOR, "administrator", THREE),
        (guards.SECURITY_ADMIN, "security_admin", {Role.SECURITY_ADMIN}),
        (guards.OVERSIGHT, "oversight", {Role.REGULATOR, Role.AUDIT_ADMIN}),
    ],
)
def test_a_guard_admits_its_roles_and_tells_the_others_why(
    guard: Guard, name: str, roles: set[Role]
) -> None:
    assert (guard.name, guard.demo) == (name, False)
    assert why_not(guard, NOBODY) == ("guard.sign_in", Kind.SIGN_IN)
    for role in Role:
        refused = None if role in roles else ("guard.forbidden", Kind.FORBIDDEN)
        assert why_not(guard, Actor(role, "p", session="s")) == refused, role


def test_two_guards_let_everybody_in_and_one_of_them_only_where_the_city_is_a_demo() -> None:
    open_ = (guards.ANYONE, guards.DEMO)
    assert [(guard.name, guard.demo) for guard in open_] == [("anyone", False), ("demo", True)]
    assert [why_not(guard, NOBODY) for guard in open_] == [None, None]


async def shown(_request: Request, _call: Call) -> Response:
    return Response("shown")


class Doorway:
    """A city of nothing but its door, which notes whether a call must be keyed."""

    def __init__(self, *, demo: bool) -> None:
        self.tools = SimpleNamespace(city=SimpleNamespace(demo=demo))
        self.asked: list[bool] = []

    def clock(self) -> str:
        return "now"

    async def call(self, _request: Request, *, keyed: bool) -> SimpleNamespace:
        self.asked.append(keyed)
        return SimpleNamespace(actor=NOBODY)


async def enter(
    route: GuardedRoute, path: str = "/x", query: bytes = b"", *, demo: bool = False
) -> tuple[Request, list[bool]]:
    door = Doorway(demo=demo)
    app = SimpleNamespace(
        state=SimpleNamespace(door=door, settings=SimpleNamespace(patience="long"))
    )
    scope = {"type": "http", "path": path, "query_string": query, "headers": [], "app": app}
    request = Request(scope)
    assert (await route.endpoint(request)).body == b"shown"
    return request, door.asked


async def test_what_no_database_could_keep_comes_no_further_than_the_address() -> None:
    route = guards.get("/x", shown, guards.ANYONE, "x")
    for path in ("/a\0", "/a\ud800"):
        with pytest.raises(MarketError) as refused:
            await enter(route, path)
        assert refused.value.kind is Kind.NOT_FOUND
    with pytest.raises(MarketError) as refused:
        await enter(route, query=b"a=b%00")
    assert refused.value.key == "body.not_text"


async def test_a_door_of_the_demo_is_in_no_city_in_earnest() -> None:
    route = guards.get("/x", shown, guards.DEMO, "x")
    await enter(route, demo=True)
    with pytest.raises(MarketError) as refused:
        await enter(route)
    assert refused.value.kind is Kind.NOT_FOUND


async def test_a_guard_is_asked_before_anything_is_shown() -> None:
    with pytest.raises(MarketError) as refused:
        await enter(guards.get("/x", shown, guards.OWNER, "x"))
    assert refused.value.kind is Kind.SIGN_IN


async def test_a_write_is_keyed_and_has_a_limit_unless_it_says_otherwise() -> None:
    read, write = (make("/x", shown, guards.ANYONE, "x") for make in (guards.get, guards.post))
    twice = guards.post("/x", shown, guards.ANYONE, "x", keyed=False, limit=5)
    said = []
    for route in (read, write, twice):
        request, asked = await enter(route)
        state = request.state
        assert (state.came_at, state.patience) == ("now", "long")
        said.append((route.writes, route.keyed, asked, state.body_limit))
    assert said == [
        (False, False, [False], MAX_BODY),
        (True, True, [True], MAX_BODY),
        (True, False, [False], 5),
    ]
    assert (read.methods, write.methods) == ({"GET", "HEAD"}, {"POST"})
