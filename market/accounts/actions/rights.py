"""What the security administrator does: grant, end, suspend, reactivate, unlock, reset.

Every change leaves a ledger entry under the person's code and a security event. The last one who
holds an administrator's role cannot lose it: nobody could give it back.
"""

from collections.abc import Sequence
from datetime import datetime

from market.accounts import passwords, policy, steps
from market.accounts.events import TOLD, GrantEnded, PasswordReset
from market.accounts.models import Grant, PasswordHistory, Person, Session, SignIn, SignInFailure
from market.accounts.queries import holds, token_hash
from market.accounts.states import PERSON, PersonEvent
from market.audit import ledger, security
from market.infra.db import use_case
from market.kernel.actors import ADMINISTRATORS, Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must, not_found


def must_change_rights(call: Call, person: Person | None) -> Person:
    """The person, whose rights the actor may change; raises forbidden or not_found."""
    must(policy.why_not_change_rights(call.actor, person.code if person else ""))
    if person is None:
        raise not_found("person")
    return person


async def locked_person(call: Call, code: str) -> Person:
    """That person, the row locked, for one who may change their rights. Inside a unit."""
    return must_change_rights(call, await Person.select_for_update().get_or_none(code=code))


@use_case
async def grant(
    call: Call, code: str, role: Role, regions: Sequence[str], until_at: datetime | None
) -> None:
    """Grant a role; raises conflict when the roles exclude one another (rules.why_not_grant)."""
    person = await locked_person(call, code)
    await steps.grant_role(call, person, role, regions, until_at)
    await security.note(call, "accounts.event.granted", person=code, role=str(role))


@use_case
async def end_grant(call: Call, code: str, grant_code: str) -> None:
    """End a role at once; its sessions end with it."""
    person = await locked_person(call, code)
    row = await Grant.get_or_none(code=grant_code, person_id=person.code, ended_at=None)
    if row is None:
        raise not_found("grant")
    await _must_not_be_last(call, [row])
    await Grant.filter(code=row.code).update(ended_at=call.now, held=None)
    await steps.end_sessions(call, Session.filter(grant_id=row.code))
    await ledger.record(call, GrantEnded(role=str(row.role)), about=f"person:{code}")
    await security.note(call, "accounts.event.grant_ended", person=code, role=str(row.role))


@use_case
async def move(call: Call, code: str, event: PersonEvent) -> None:
    """Suspend or reactivate; a suspended person's sessions end at once."""
    person = await locked_person(call, code)
    if event is PersonEvent.SUSPEND:
        await _must_not_be_last(call, await Grant.filter(person_id=code, ended_at=None))
        await _end_every_session(call, code)
    person.state = PERSON.after(person.state, event)
    await person.save(update_fields=["state"])
    await ledger.record(call, TOLD[event], about=f"person:{code}")
    await security.note(call, f"accounts.event.{event}", person=code)


@use_case
async def unlock(call: Call, code: str) -> None:
    """Let somebody try to sign in again before the lock runs out."""
    person = await locked_person(call, code)
    await SignInFailure.filter(login_sha256=token_hash(person.login)).delete()
    await security.note(call, "accounts.event.unlocked", person=code)


@use_case
async def reset_second_factor(call: Call, code: str) -> None:
    """Forget an authenticator that was lost with its recovery codes."""
    person = await locked_person(call, code)
    person.totp_salt = None
    await person.save(update_fields=["totp_salt"])
    await security.note(call, "accounts.event.second_factor_reset", person=code)


async def reset_password(call: Call, code: str) -> str:
    """Set a one-time password, which the next sign-in has to change, and give it this once.

    Raises forbidden or not_found. The answer must not be kept: asked again, there is another one.
    """
    person = must_change_rights(call, await Person.get_or_none(code=code))
    password = passwords.one_time(person.login)
    await _reset_password(call, code, await passwords.hashed(password))
    return password


@use_case
async def _reset_password(call: Call, code: str, password_hash: str) -> None:
    await set_one_time(call, await locked_person(call, code), password_hash)


async def set_one_time(call: Call, person: Person, password_hash: str) -> None:
    """Give somebody another one-time password; sessions end. Inside a unit, row locked."""
    code = person.code
    person.password_hash, person.password_at = password_hash, call.now
    person.must_change_password = True
    await person.save(update_fields=["password_hash", "password_at", "must_change_password"])
    await PasswordHistory.create(person=person, password_hash=password_hash, at=call.now)
    await SignIn.filter(person_id=code).delete()
    await _end_every_session(call, code)
    await ledger.record(call, PasswordReset(), about=f"person:{code}")
    await security.note(call, "accounts.event.password_reset", person=code)


async def _end_every_session(call: Call, code: str) -> None:
    grants = await Grant.filter(person_id=code).values_list("code", flat=True)
    await steps.end_sessions(call, Session.filter(grant_id__in=grants))


async def _must_not_be_last(call: Call, leaving: Sequence[Grant]) -> None:
    for row in leaving:
        if row.role in ADMINISTRATORS:
            others = Grant.filter(holds(call.now), role=row.role).exclude(code=row.code)
            if not await others.exists():
                raise MarketError("accounts.last_administrator", Kind.CONFLICT)
