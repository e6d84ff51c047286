"""What people do with their own account: password, authenticator, sessions, acting role."""

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.queryset import QuerySet

from market.accounts import passwords, policy, regions, steps, totp
from market.accounts.actions import failures, progress
from market.accounts.actions.progress import SignedIn, Way
from market.accounts.actions.sign_in import WRONG_CODE, spend_code
from market.accounts.counters import Counter, inside
from market.accounts.models import Grant, PasswordHistory, Person, Session
from market.accounts.queries import choices
from market.accounts.states import Step
from market.audit import security
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, Refusal, must, not_found


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new password, its hash, and the hashes it was compared with."""

    person: str
    new_hash: str
    compared_with: Sequence[str]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Whose authenticator it is now, and how the sign-in goes on."""

    person: str
    way: Way


def wrong(field: str, key: str, **facts: object) -> MarketError:
    """A refusal that names one field."""
    return MarketError("form.invalid", Kind.UNPROCESSABLE, fields={field: (key, facts)})


async def replacement(call: Call, code: str, new: str, repeated: str) -> Replacement:
    """Check a new password against the rules and the last ones, and hash it.

    Raises unprocessable with the field that is wrong.
    """
    person = await Person.get(code=code)
    barred = regions.rules_of(call.tools.city.region, call.now).passwords_barred
    weak = passwords.weakness(new, person.login)
    if weak:
        raise wrong("new_password", weak)
    if new != repeated:
        raise wrong("repeated", "accounts.password_differs")
    last = await PasswordHistory.filter(person_id=code).order_by("-at", "-id").limit(barred)
    hashes = [row.password_hash for row in last]
    if await passwords.is_among(new, hashes):
        raise wrong("new_password", "accounts.password_used", barred=barred)
    return Replacement(code, await passwords.hashed(new), hashes)


async def set_password(call: Call, chosen: Replacement) -> None:
    """Put the new password in force. Inside a unit. Raises conflict when another one came first."""
    person = await Person.select_for_update().get(code=chosen.person)
    if person.password_hash not in chosen.compared_with:
        raise MarketError("accounts.password_changed_meanwhile", Kind.CONFLICT)
    person.password_hash, person.password_at = chosen.new_hash, call.now
    person.must_change_password = False
    await person.save()
    await PasswordHistory.create(person=person, password_hash=chosen.new_hash, at=call.now)
    await security.note(call, "accounts.event.password_changed", person=chosen.person)


async def change_password(call: Call, current: str, new: str, repeated: str) -> None:
    """Replace one's password; every other session ends. Wrong current ones count as failures."""
    person = await Person.get(code=call.actor.code)
    counters = inside(person.login, failures.limit(call))
    must(await failures.standing(call, counters))
    if not await passwords.is_right(current, person.password_hash):
        must(await _count_wrong(call, counters))
        raise wrong("current", "accounts.password_wrong")
    await _change_password(call, await replacement(call, person.code, new, repeated))


@use_case
async def _count_wrong(call: Call, counters: Sequence[Counter]) -> Refusal | None:
    return await failures.count(call, await failures.tally(call, counters))


@use_case
async def _change_password(call: Call, chosen: Replacement) -> None:
    await set_password(call, chosen)
    await steps.end_sessions(call, await _other_sessions(call))


@use_case
async def new_password_to_sign_in(call: Call, token: str, chosen: Replacement) -> Way:
    """Answer the step that asks for a new password."""
    row = await progress.current(call, token)
    await progress.must_wait_for(call, row, Step.NEW_PASSWORD)
    await set_password(call, chosen)
    return await progress.advance(call, row, token)


@use_case
async def enrol_to_sign_in(call: Call, token: str, code: str) -> Enrolled:
    """Answer the step that asks for an authenticator; its salt is the sign-in's own."""
    row = await progress.current(call, token)
    await progress.must_wait_for(call, row, Step.ENROL)
    assert row.person_id is not None  # noqa: S101 - only a password sign-in waits for this
    await _enrol(call, row.person_id, totp.salt_of(row.token_sha256), code)
    row.showed_second_factor = True
    await row.save()
    return Enrolled(row.person_id, await progress.advance(call, row, token))


@use_case
async def enrol(call: Call, salt: str, code: str) -> None:
    """Enrol an authenticator for oneself; raises forbidden for the organisation's certificate."""
    must(policy.why_not_bind(call.actor))
    await _enrol(call, call.actor.code, salt, code)


async def remove_second_factor(call: Call, code: str) -> None:
    """Give the authenticator up, shown once more by a code; wrong ones count towards the lock."""
    must(await _remove_second_factor(call, code))


@use_case
async def _remove_second_factor(call: Call, code: str) -> Refusal | None:
    person = await Person.select_for_update().get(code=call.actor.code)
    tally = await failures.tally(call, inside(person.login, failures.limit(call)))
    if pause := failures.refusal(call, tally):
        return pause
    if not await spend_code(call, person, code):
        return await failures.count(call, tally) or WRONG_CODE
    person.totp_salt = None
    await person.save(update_fields=["totp_salt"])
    await security.note(call, "accounts.event.second_factor_removed", person=person.code)
    return None


async def _enrol(call: Call, code: str, salt: str, typed: str) -> None:
    person = await Person.select_for_update().get(code=code)
    if person.totp_salt is not None:
        raise MarketError("accounts.second_factor_there", Kind.CONFLICT)
    shared = totp.secret(call.tools.keys.secret("totp"), code, salt)
    step = totp.accepted_step(shared, typed, call.now, 0)
    if step is None:
        raise wrong("code", "accounts.second_factor_wrong")
    person.totp_salt, person.totp_step, person.recovery_used = salt, step, []
    await person.save(update_fields=["totp_salt", "totp_step", "recovery_used"])
    await security.note(call, "accounts.event.second_factor_enrolled", person=code)


@use_case
async def end_session(call: Call, code: str) -> None:
    """End a session of one's own, or anybody's as security administrator; raises not_found."""
    row = await Session.get_or_none(code=code, ended_at=None).prefetch_related("grant")
    if row is None:
        raise not_found("session")
    must(policy.why_not_end_session(call.actor, row.grant.person_id))
    await steps.end_sessions(call, Session.filter(code=code))
    await security.note(call, "accounts.event.session_ended", person=row.grant.person_id)


@use_case
async def end_other_sessions(call: Call) -> None:
    """End every session of one's own but this one."""
    await steps.end_sessions(call, await _other_sessions(call))
    await security.note(call, "accounts.event.sessions_ended", person=call.actor.code)


@use_case
async def switch_role(call: Call, grant: str) -> SignedIn:
    """Go on in another of one's grants, in a new session."""
    session = await Session.get(code=call.actor.session)
    for choice in await choices(call.now, person=call.actor.code):
        if choice.grant == grant:
            token = await steps.open_session(
                call, choice.person, choice.role, method=session.method, device=session.device
            )
            return SignedIn(token, choice.role)
    raise MarketError("accounts.choice", Kind.UNPROCESSABLE)


async def _other_sessions(call: Call) -> QuerySet[Session]:
    grants = await Grant.filter(person_id=call.actor.code).values_list("code", flat=True)
    return Session.filter(grant_id__in=grants).exclude(code=call.actor.session or "")
