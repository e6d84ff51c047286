"""Counting wrong sign-ins (counters.py), the same for names that exist and for those that do not.

GB/T 22239-2019 §8.1.4.1 b): after so many in a row there is a pause. The count starts anew when a
sign-in has been completed, not when its first step has, so that nobody can go on guessing second
factors.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from market.accounts import regions
from market.accounts.counters import Counter, everywhere
from market.accounts.models import SignInFailure
from market.accounts.queries import token_hash
from market.accounts.rules import Failures
from market.kernel.call import Call
from market.kernel.clock import local
from market.kernel.errors import Kind, Refusal


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows of some counters, locked for this unit."""

    counters: Sequence[Counter]
    rows: dict[str, SignInFailure]


def limit(call: Call) -> int:
    """How many in a row the region allows."""
    return regions.rules_of(call.tools.city.region, call.now).lock_after_failures


async def standing(call: Call, counters: Sequence[Counter]) -> Refusal | None:
    """What whoever has to pause is answered, before anything is looked at."""
    keys = [token_hash(counter.key) for counter in counters]
    rows = await SignInFailure.filter(key__in=keys)
    return refusal(call, Tally(counters, {row.key: row for row in rows}))


async def tally(call: Call, counters: Sequence[Counter]) -> Tally:
    """The rows of ``counters``, made when there were none. Inside a unit."""
    given = {token_hash(counter.key): counter for counter in counters}
    fresh = [
        SignInFailure(
            key=key,
            login_sha256=token_hash(counter.whose) if counter.whose else None,
            last_at=call.now,
        )
        for key, counter in given.items()
    ]
    await SignInFailure.bulk_create(fresh, ignore_conflicts=True)
    rows = SignInFailure.select_for_update().filter(key__in=list(given)).order_by("key")
    return Tally(counters, {row.key: row for row in await rows})


async def count(call: Call, tallied: Tally) -> Refusal | None:
    """One more wrong sign-in; the refusal when it begins a pause. Inside a unit."""
    minutes = regions.rules_of(call.tools.city.region, call.now).lock_minutes
    for counter in tallied.counters:
        row = tallied.rows[token_hash(counter.key)]
        faded = counter.fades and call.now - row.last_at >= timedelta(minutes=minutes)
        before = Failures() if faded else Failures(row.count, row.locked_until)
        after = before.after_one_more(call.now, counter.limit, minutes)
        row.count, row.locked_until, row.last_at = after.count, after.locked_until, call.now
        await row.save()
    return refusal(call, tallied)


def refusal(call: Call, tallied: Tally) -> Refusal | None:
    """The longest pause, as a use case returns it (raising would undo the count)."""
    pauses = [
        (row.locked_until, counter)
        for counter in tallied.counters
        if (row := tallied.rows.get(token_hash(counter.key))) is not None
        and row.locked_until is not None
        and call.now < row.locked_until
    ]
    if not pauses:
        return None
    until, counter = max(pauses, key=lambda pause: pause[0])
    seconds = math.ceil((until - call.now).total_seconds())
    return Refusal(
        "accounts.locked",
        Kind.TOO_MANY,
        {"failures": counter.limit, "until": f"{local(until):%H:%M}", "retry_after": seconds},
    )


async def forgive(login: str) -> None:
    """Start anew after a sign-in, but what strangers tried all over the city. Inside a unit."""
    about = SignInFailure.filter(login_sha256=token_hash(login))
    await about.exclude(key=token_hash(everywhere(login))).delete()
