"""The first holder of a role, entered by whoever stands at the machine: no page could do it yet.

Only the first ever: everybody after is entered on the pages, by administrators who watch one
another (GB/T 22239-2019 §8.1.5). Rules, ledger entries and security events are those of the pages;
that it was a founding, with no second person, stands in an entry of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from market.accounts import passwords, policy, steps
from market.accounts.actions import changes, people
from market.accounts.actions.people import Entered
from market.accounts.actions.wishes import NewOrganisation, NewPerson, Resetting
from market.accounts.events import Founded
from market.accounts.models import Grant, Person
from market.accounts.queries import login_name
from market.accounts.regions import rules_of
from market.accounts.rules import one_time_is_over
from market.audit import ledger, security
from market.infra.db import use_case
from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from market.kernel.errors import must

AT_THE_MACHINE = Actor(Role.SYSTEM_ADMIN, "command-line")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who was entered, and the one-time password; None for somebody who has a password already."""

    person: str
    password: str | None


async def enter_first(
    call: Call, new: NewPerson, organisation: NewOrganisation, role: Role, regions: Sequence[str]
) -> Holder:
    """Enter the first holder of ``role`` for ``regions``, with organisation and account.

    Somebody whose login name is known gets the role only, and who let the one-time password run
    out gets another one: nobody else could give it yet. Raises conflict when the role was held
    before or does not go with the others, or whatever opening an account and granting raise.
    """
    password = passwords.one_time(login_name(new.login))
    hashed = await passwords.hashed(password)
    entered = await _enter_first(call, new, organisation, role, regions, hashed)
    return Holder(entered.person, None if entered.is_known else password)


@use_case
async def _enter_first(
    call: Call,
    new: NewPerson,
    organisation: NewOrganisation,
    role: Role,
    regions: Sequence[str],
    password_hash: str,
) -> Entered:
    await ledger.alone()  # of two at once, the later one sees the earlier
    login = login_name(new.login)
    known = await Person.select_for_update().get_or_none(login=login)
    if known is not None and await _came_too_late(call, known, role):
        await changes.reset_password(call, known, Resetting(password_hash))
        return Entered(known.code)
    must(policy.why_not_enter_first(role, was_held=await Grant.filter(role=role).exists()))
    person = known or await people.enter(call, new, organisation, password_hash)
    await steps.grant_role(call, person, role, regions, None)
    await ledger.record(call, Founded(role=str(role)), about=f"person:{person.code}")
    await security.note(call, "accounts.event.granted", person=person.code, role=str(role))
    return Entered(person.code, is_known=known is not None)


async def _came_too_late(call: Call, person: Person, role: Role) -> bool:
    hours = rules_of(call.tools.city.region, call.now).one_time_password_hours
    over = one_time_is_over(person.must_change_password, person.password_at, call.now, hours)
    return over and await Grant.filter(person_id=person.code, role=role, ended_at=None).exists()
