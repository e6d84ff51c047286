"""Every route says who may come in; a route without a guard does not exist.

A guard is data, so that ``tests/house`` and the table of rights can list every route × role. What a
role may do with one particular thing is the room's ``policy.py``, asked in the action.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from market.infra.outage import outage
from market.kernel.actors import ADMINISTRATORS, Actor, Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, not_found
from market.web import uploads
from market.web.door import MAX_BODY, is_text

log = logging.getLogger("mingxuan")
View = Callable[[Request, Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may come in: the roles; ``None`` is everyone. ``hidden``: strangers see a 404."""

    name: str
    roles: frozenset[Role] | None = None
    demo: bool = False

    def must_admit(self, actor: Actor) -> None:
        """Raise sign_in for strangers, forbidden for the wrong role."""
        if self.roles is None or actor.role in self.roles:
            return
        if not actor.signed_in:
            raise MarketError("guard.sign_in", Kind.SIGN_IN)
        raise MarketError("guard.forbidden", Kind.FORBIDDEN)


ANYONE = Guard("anyone")
DEMO = Guard("demo", demo=True)
SIGNED_IN = Guard("signed_in", frozenset(Role) - {Role.ANYONE, Role.CLOCK, Role.TRUSTEE})
OWNER = Guard("owner", frozenset({Role.OWNER}))
AGENCY = Guard("agency", frozenset({Role.AGENCY}))
DEPARTMENT = Guard("department", frozenset({Role.DEPARTMENT}))
REGULATOR = Guard("regulator", frozenset({Role.REGULATOR}))
ADMINISTRATOR = Guard("administrator", ADMINISTRATORS)
SECURITY_ADMIN = Guard("security_admin", frozenset({Role.SECURITY_ADMIN}))
OVERSIGHT = Guard("oversight", frozenset({Role.REGULATOR, Role.AUDIT_ADMIN}))


class GuardedRoute(Route):
    """A Starlette route that carries its guard, for the table of rights."""

    guard: Guard
    writes: bool
    keyed: bool


def get(path: str, view: View, guard: Guard, name: str) -> GuardedRoute:
    """A page or document: never writes."""
    return _route(path, view, guard, name, "GET", keyed=False)


def post(
    path: str,
    view: View,
    guard: Guard,
    name: str,
    *,
    keyed: bool = True,
    limit: int = MAX_BODY,
    streams: bool = False,
) -> GuardedRoute:
    """A write of at most ``limit`` bytes; ``keyed`` ones need an Idempotency-Key.

    Only what may harmlessly come twice, such as sign-in, does without a key. What ``streams`` is a
    form with a file, of strangers not a byte is kept; the city's settings say how large it may be.
    """
    return _route(path, view, guard, name, "POST", keyed=keyed, limit=limit, streams=streams)


def _kept(call: Call, answer: Response) -> Response:
    """What somebody saw who is signed in stays in no cache, unless it is the same for everybody."""
    said = answer.headers.setdefault("cache-control", "no-cache")
    if call.actor.signed_in and "public" not in said:
        answer.headers["cache-control"] = "no-store"
    return answer


def _route(
    path: str,
    view: View,
    guard: Guard,
    name: str,
    method: str,
    *,
    keyed: bool,
    limit: int = MAX_BODY,
    streams: bool = False,
) -> GuardedRoute:
    async def endpoint(request: Request) -> Response:
        door = request.app.state.door
        if guard.demo and not door.tools.city.demo:
            raise not_found()
        if not is_text(request.scope["path"]):
            raise not_found()
        if b"%00" in request.scope["query_string"]:
            raise MarketError("body.not_text")
        request.state.came_at, request.state.body_limit = door.clock(), limit
        request.state.upload_limit = 2 * door.tools.uploads.one if streams else None
        request.state.comes_back = getattr(view, "comes_back", False)
        request.state.patience = request.app.state.settings.patience
        held = ExitStack()
        try:
            if streams:
                sender = await door.actor(request)
                guard.must_admit(sender)
                held.enter_context(uploads.one_more(sender.code))
            call = await door.call(request, keyed=keyed and method == "POST")
            guard.must_admit(call.actor)
            return _kept(call, await view(request, call))
        except Exception as error:
            trouble = outage(error)
            if trouble is None:
                raise
            log.warning("%s %s waits: %r", method, path, error)
            raise trouble from error
        finally:
            await request.close()  # what was uploaded lies in temporary files
            held.close()

    route = GuardedRoute(path, endpoint, methods=[method], name=name)
    route.guard, route.writes, route.keyed = guard, method == "POST", keyed
    return route
