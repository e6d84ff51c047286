"""Security events: every refusal of a write, every change of rights.

Read by the security and audit administrators; never public. GB/T 22239-2019 §8.1.4.3: who, when,
what, with which result.
"""

from functools import cache
from typing import Any, Final

from starlette.requests import Request

from market import rooms
from market.audit.models import SecurityEvent
from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from market.kernel.errors import MarketError

UNTOLD: Final = Actor(Role.ANYONE, "untold")


async def note(call: Call, key: str, path: str = "", **facts: Any) -> None:
    """Keep an event. Outside a unit, or inside one that will hold."""
    await SecurityEvent.create(
        at=call.now, key=key[:80], actor=call.actor.ledger_name[:80], path=path[:200], facts=facts
    )


async def note_refusal(request: Request, call: Call, error: MarketError) -> None:
    """Keep the refusal of a write. Typed values are not kept: they may be secret.

    Nor is who was refused at an address of which a room says so (its ``routes.UNTOLD``). What else
    a view knows of the attempt stands in ``request.state.tried``.
    """
    path = request.scope["path"]
    told = call.by(UNTOLD) if path.startswith(_untold()) else call
    tried = getattr(request.state, "tried", {})
    await note(told, error.key, path, fields=sorted(error.fields), **tried)


@cache
def _untold() -> tuple[str, ...]:
    return tuple(rooms.gathered("routes", "UNTOLD"))
