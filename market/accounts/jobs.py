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
async def _write(call: Call, uses: dict[str, datetime]) -> None:
    for token_sha256, at in uses.items():
        await Session.filter(token_sha256=token_sha256).update(seen_at=about(at))
    await KeptForm.filter(until_at__lte=call.now).delete()
    await SignInFailure.filter(last_at__lt=call.now - FORGET_FAILURES).delete()


JOBS: Final = (
    Job("last uses", 30, keep_seen),
    Job("requests of rights", 60, requests.expire),
)
