"""Counting wrong sign-ins, the same for login names that exist and for those that do not.

GB/T 22239-2019 §8.1.4.1 b): after so many in a row the name is locked for a while. The count starts
anew when a sign-in has been completed, not when its first step has, so that nobody can go on
guessing second factors.
"""

from market.accounts import regions
from market.accounts.models import SignInFailure
from market.accounts.queries import token_hash
from market.accounts.rules import Failures
from market.kernel.call import Call
from market.kernel.clock import local
from market.kernel.errors import Kind, Refusal


async def locked(call: Call, login: str) -> SignInFailure:
    """The row of ``login``, locked for this unit, made when there was none. Inside a unit."""
    key = token_hash(login)
    await SignInFailure.bulk_create(
        [SignInFailure(login_sha256=key, last_at=call.now)], ignore_conflicts=True
    )
    return await SignInFailure.select_for_update().get(login_sha256=key)


async def count(call: Call, row: SignInFailure) -> Refusal | None:
    """One more wrong sign-in; the refusal when it locks the name. Inside a unit."""
    numbers = regions.rules_of(call.tools.city.region, call.now)
    before = Failures(row.count, row.locked_until)
    after = before.after_one_more(call.now, numbers.lock_after_failures, numbers.lock_minutes)
    row.count, row.locked_until, row.last_at = after.count, after.locked_until, call.now
    await row.save()
    return refusal(after, call) if after.is_locked(call.now) else None


def refusal(failures: Failures, call: Call) -> Refusal:
    """What a locked name is answered, as a use case returns it (raising would undo the count)."""
    numbers = regions.rules_of(call.tools.city.region, call.now)
    assert failures.locked_until is not None  # noqa: S101 - the caller looked
    until = local(failures.locked_until)
    return Refusal(
        "accounts.locked",
        Kind.TOO_MANY,
        {"failures": numbers.lock_after_failures, "until": until.strftime("%H:%M")},
    )
