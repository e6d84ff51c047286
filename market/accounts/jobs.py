"""What time does to accounts: last uses are written down, what ran out is thrown away.

Written down is when about, not when: the moment at which a session asked for something must not
join it to the entries of that moment in a copied database (PROTOCOL.md §5).
"""

from datetime import datetime, timedelta
from typing import Final

from market.accounts import session_activity
from market.accounts.actions import requests
from market.accounts.models import KeptForm, Session, SignInFailure
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.job import Job

FORGET_FAILURES = timedelta(days=1)
ABOUT_MINUTES = 5


async def keep_seen(call: Call) -> None:
    """Write down when sessions were last used."""
    uses = session_activity.remembered()
    if uses:
        await _write(call, uses)
        session_activity.written(uses)


def about(at: datetime) -> datetime:
    """The last full five minutes before ``at``."""
    return at.replace(minute=at.minute - at.minute % ABOUT_MINUTES, second=0, microsecond=0)


@use_case
async def _write(_call: Call, uses: dict[str, datetime]) -> None:
    for token_sha256, at in uses.items():
        await Session.filter(token_sha256=token_sha256).update(seen_at=about(at))


async def let_go(call: Call) -> None:
    """Close what nobody has confirmed in time, throw away what is kept for a while only."""
    await requests.expire(call)
    await _thrown_away(call)


@use_case
async def _thrown_away(call: Call) -> None:
    await KeptForm.filter(until_at__lte=call.now).delete()
    await SignInFailure.filter(last_at__lt=call.now - FORGET_FAILURES).delete()


JOBS: Final = (
    Job("last uses", 30, keep_seen),
    Job("what ran out", 60, let_go),
)
