"""The demo's own use cases: act as somebody, put the clock ahead."""

import asyncio

from market.accounts import seed, steps
from market.accounts.actions.progress import SignedIn
from market.audit.models import LedgerHead
from market.audit.publish import latest, witnessed_note
from market.demo.people import role_of
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import MarketError

STEPS = frozenset({3600, 86_400, 259_200})
PATIENCE = 50  # looks, a tenth of a second apart


@use_case
async def act_as(call: Call, persona: str) -> SignedIn:
    """Open a session of a persona."""
    code = seed.personas().get(persona)
    if code is None:
        raise MarketError("demo.no_such_persona")
    role = role_of(code)
    return SignedIn(await steps.open_session(call, code, role, device="demo"), role)


def must_be_a_step(seconds: str) -> int:
    """How far the clock may be put ahead in one click: an hour, a day, three days."""
    if seconds not in {str(step) for step in STEPS}:
        raise MarketError("demo.no_such_step")
    return int(seconds)


async def let_be_witnessed() -> None:
    """Days must not pass between an act and its witnesses, who need a second or two."""
    newest = await latest(witnessed=True)
    head = await LedgerHead.get(id=1)
    for _ in range(PATIENCE if newest else 0):
        if await witnessed_note(head.size - 1) is not None:
            return
        await asyncio.sleep(0.1)
