"""What time does to accounts: last uses are written down, what ran out is thrown away."""

from datetime import datetime, timedelta

from market.accounts import seen
from market.accounts.models import Session, SignInFailure
from market.infra.db import use_case
from market.kernel.call import Call

FORGET_FAILURES = timedelta(days=1)


async def keep_seen(call: Call) -> None:
    """Write down when sessions were last used."""
    uses = seen.remembered()
    if uses:
        await _write(call, uses)
        seen.written(uses)


@use_case
async def _write(call: Call, uses: dict[str, datetime]) -> None:
    for token_sha256, at in uses.items():
        await Session.filter(token_sha256=token_sha256).update(seen_at=at)
    await SignInFailure.filter(last_at__lt=call.now - FORGET_FAILURES).delete()
