"""Signing in by password: recognised or not, then step by step to a session.

A wrong password, an unknown name and a password that was changed meanwhile get one answer, after
the same work. The slow hash is checked before the unit; what it was checked against is compared
inside.
"""

from typing import Final

from market.accounts import passwords, totp
from market.accounts.actions import failures, progress
from market.accounts.actions.progress import SignedIn, Way
from market.accounts.models import Person
from market.accounts.queries import LONGEST_LOGIN, failures_of, login_name
from market.accounts.regions import rules_of
from market.accounts.rules import Failures, one_time_is_over
from market.accounts.states import Method, PersonState, Step
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, Refusal

WRONG: Final = Refusal("accounts.sign_in_wrong", Kind.UNPROCESSABLE)
WRONG_CODE: Final = Refusal("accounts.second_factor_wrong", Kind.UNPROCESSABLE)


async def by_password(
    call: Call, typed: str, password: str, *, next_path: str = "", device: str = ""
) -> Way:
    """Recognise somebody by login name and password.

    Raises unprocessable (accounts.sign_in_wrong) or too_many (accounts.locked).
    """
    login = login_name(typed)
    known = await _named(login)
    found = await failures_of(login)
    if found.is_locked(call.now):
        raise failures.refusal(found, call).error()
    stored = known.password_hash if known else None
    right = await passwords.is_right(password, stored)
    answer = await _recognise(call, login, stored if right else None, next_path, device)
    if isinstance(answer, Refusal):
        raise answer.error()
    return answer


async def _named(login: str) -> Person | None:
    return await Person.get_or_none(login=login) if len(login) <= LONGEST_LOGIN else None


@use_case
async def _recognise(
    call: Call, login: str, verified: str | None, next_path: str, device: str
) -> Way | Refusal:
    row = await failures.locked(call, login)
    found = Failures(row.count, row.locked_until)
    if found.is_locked(call.now):
        return failures.refusal(found, call)
    person = await _named(login)
    if person is None or verified is None or person.password_hash != verified:
        return await failures.count(call, row) or WRONG
    hours = rules_of(call.tools.city.region, call.now).one_time_password_hours
    if one_time_is_over(person.must_change_password, person.password_at, call.now, hours):
        raise MarketError("accounts.one_time_over", Kind.FORBIDDEN, hours=hours)
    if person.state is not PersonState.ACTIVE:
        raise MarketError("accounts.suspended", Kind.FORBIDDEN)
    return await progress.begin(call, Method.PASSWORD, next_path, device, person=person.code)


async def show_second_factor(call: Call, token: str, code: str) -> Way:
    """Answer the second step with a code of the authenticator, or with a recovery code.

    Raises sign_in when the sign-in is over, unprocessable for a wrong or used code, too_many.
    """
    answer = await _second_factor(call, token, code)
    if isinstance(answer, Refusal):
        raise answer.error()
    return answer


@use_case
async def _second_factor(call: Call, token: str, code: str) -> Way | Refusal:
    row = await progress.current(call, token)
    await progress.must_wait_for(call, row, Step.SECOND_FACTOR)
    person = await Person.select_for_update().get(code=row.person_id)
    wrong = await failures.locked(call, person.login)
    found = Failures(wrong.count, wrong.locked_until)
    if found.is_locked(call.now):
        return failures.refusal(found, call)
    if not await spend_code(call, person, code):
        return await failures.count(call, wrong) or WRONG_CODE
    row.showed_second_factor = True
    await row.save()
    return await progress.advance(call, row, token)


async def spend_code(call: Call, person: Person, code: str) -> bool:
    """Whether ``code`` is the person's second factor; it counts once. Inside a unit, row locked."""
    if person.totp_salt is None:
        return False
    master = call.tools.keys.secret("totp")
    shared = totp.secret(master, person.code, person.totp_salt)
    step = totp.accepted_step(shared, code, call.now, person.totp_step)
    if step is not None:
        person.totp_step = step
        await person.save(update_fields=["totp_step"])
        return True
    codes = totp.recovery_codes(master, person.code, person.totp_salt)
    number = totp.recovery_number(codes, code, person.recovery_used)
    if number is None:
        return False
    person.recovery_used = [*person.recovery_used, number]
    await person.save(update_fields=["recovery_used"])
    return True


@use_case
async def choose_role(call: Call, token: str, grant: str) -> SignedIn:
    """Answer the last step: the grant to act in."""
    row = await progress.current(call, token)
    await progress.must_wait_for(call, row, Step.ROLE)
    return await progress.choose(call, row, grant)
