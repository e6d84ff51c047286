"""Signing in by password: recognised or not, then step by step to a session.

A wrong password, an unknown name and a password that was changed meanwhile get one answer, after
the same work. The slow hash is checked before the unit; what it was checked against is compared
inside.
"""

from collections.abc import Sequence
from typing import Final

from market.accounts import known_browsers, passwords, totp
from market.accounts.actions import failures, progress
from market.accounts.actions.progress import SignedIn, Way
from market.accounts.counters import Counter, Place, of_code, of_password
from market.accounts.models import Person
from market.accounts.queries import LONGEST_LOGIN, login_name
from market.accounts.regions import rules_of
from market.accounts.rules import one_time_is_over
from market.accounts.states import Method, PersonState, Step
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, Refusal, must

WRONG: Final = Refusal("accounts.sign_in_wrong", Kind.UNPROCESSABLE)
WRONG_CODE: Final = Refusal("accounts.second_factor_wrong", Kind.UNPROCESSABLE)


async def by_password(
    call: Call, typed: str, password: str, place: Place, *, next_path: str = "", device: str = ""
) -> Way:
    """Recognise somebody by login name and password.

    Raises unprocessable (accounts.sign_in_wrong) or too_many (accounts.locked).
    """
    login = login_name(typed)
    known = await _named(login)
    counters = of_password(login, place, failures.limit(call))
    must(await failures.standing(call, counters))
    stored = known.password_hash if known else None
    right = await passwords.is_right(password, stored)
    verified = stored if right else None
    answer = await _recognise(call, login, verified, counters, next_path, device)
    if isinstance(answer, Refusal):
        raise answer.error()
    return answer


async def _named(login: str) -> Person | None:
    return await Person.get_or_none(login=login) if len(login) <= LONGEST_LOGIN else None


@use_case
async def _recognise(
    call: Call,
    login: str,
    verified: str | None,
    counters: Sequence[Counter],
    next_path: str,
    device: str,
) -> Way | Refusal:
    tally = await failures.tally(call, counters)
    if pause := failures.refusal(call, tally):
        return pause
    person = await _named(login)
    if person is None or verified is None or person.password_hash != verified:
        return await failures.count(call, tally) or WRONG
    hours = rules_of(call.tools.city.region, call.now).one_time_password_hours
    if one_time_is_over(person.must_change_password, person.password_at, call.now, hours):
        raise MarketError("accounts.one_time_over", Kind.FORBIDDEN, hours=hours)
    if person.state is not PersonState.ACTIVE:
        raise MarketError("accounts.suspended", Kind.FORBIDDEN)
    return await progress.begin(call, Method.PASSWORD, next_path, device, person=person.code)


async def show_second_factor(call: Call, token: str, code: str, cookie: str) -> Way:
    """Answer the second step with a code of the authenticator, or with a recovery code.

    ``cookie`` tells a known browser. Raises sign_in when the sign-in is over, unprocessable for a
    wrong or used code, too_many.
    """
    answer = await _second_factor(call, token, code, cookie)
    if isinstance(answer, Refusal):
        raise answer.error()
    return answer


@use_case
async def _second_factor(call: Call, token: str, code: str, cookie: str) -> Way | Refusal:
    row = await progress.current(call, token)
    await progress.must_wait_for(call, row, Step.SECOND_FACTOR)
    person = await Person.select_for_update().get(code=row.person_id)
    known = known_browsers.known(call.tools.keys.secret(known_browsers.KEY), cookie, person.login)
    counters = of_code(person.login, Place(browser=known), failures.limit(call))
    tally = await failures.tally(call, counters)
    if pause := failures.refusal(call, tally):
        return pause
    if not await spend_code(call, person, code):
        return await failures.count(call, tally) or WRONG_CODE
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
