"""Whoever shows a role as session acts in it, and every address can be asked for."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import httpx2

from market.kernel.actors import Actor, Role
from market.web.guards import GuardedRoute
from tests.factories.needs import ITEM
from tests.factories.survey import PEOPLE
from tests.factories.town import OWNER, Town


def let_roles_act(town: Town) -> None:
    """The owner and the first applicant as themselves, everybody else for the operator.

    ``other_owner`` and ``other_agency`` have nothing to do with what is shown.
    """
    acting = {"owner": OWNER, "agency": town.applicants[0].actor}

    async def find_actor(token: str, _now: datetime) -> Actor | None:
        kind = token.removeprefix("other_")
        if kind not in PEOPLE:
            return None
        code = token.replace("_", "-")
        other = Actor(Role(kind), code, code, "opr-0001", code, ("511700",), code)
        return acting.get(token, other)

    app = town.city.app
    app.state.door = replace(app.state.door, find_actor=find_actor)


def address(route: GuardedRoute, project: str, attempt: int = 1) -> str:
    """A plausible address of the route."""
    code = {"items": ITEM.code, "agencies": "ag-0001", "admin": "regulator"}
    first = route.path.strip("/").removeprefix("api/").split("/")[0]
    given = {"code": code.get(first, project), "attempt": str(attempt), "number": "1"}
    given |= {"alarm": str(uuid4()), "project": project, "kind": "csv"}

    def fill(found: re.Match[str]) -> str:
        return given.get(found[1], "0" * 64)

    return re.sub(r"{(\w+)(?::\w+)?}", fill, route.path)


async def ask(
    client: httpx2.AsyncClient, route: GuardedRoute, project: str, role: str
) -> httpx2.Response:
    """What a program in that role is answered there."""
    headers = {"accept": "application/json", "idempotency-key": str(uuid4())}
    headers["sec-fetch-site"] = "same-origin"
    if role != "anyone":
        headers["cookie"] = f"session={role}"
    method = "POST" if route.writes else "GET"
    return await client.request(method, address(route, project), headers=headers)
