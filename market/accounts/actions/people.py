"""Entering people and organisations; nobody gains a right by it. Inside a unit."""

from dataclasses import dataclass, replace

from market.accounts import steps, vault
from market.accounts.actions.wishes import NewOrganisation, NewPerson
from market.accounts.events import Enrolled
from market.accounts.models import Organisation, PasswordHistory, Person
from market.accounts.queries import OrganisationCard, login_name
from market.accounts.regions import places
from market.audit import ledger, security
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.kernel.ids import must_be_credit_code, new_code
from market.kernel.names import name_key


@dataclass(frozen=True, slots=True)
class Entered:
    """Who was entered; ``is_known`` for somebody who had an account already."""

    person: str
    is_known: bool = False


async def must_be_free(typed: str) -> str:
    """The login name as it is compared; raises conflict when somebody has it."""
    login = login_name(typed)
    if await Person.exists(login=login):
        taken = "accounts.login_taken"
        raise MarketError(taken, Kind.CONFLICT, fields={"login": (taken, {})})
    return login


async def add_person(call: Call, new: NewPerson, password_hash: str) -> Person:
    """Enter a person. Inside a unit. Raises conflict when the login name is taken."""
    login = await must_be_free(new.login)
    code = new.code or new_code()
    keys = call.tools.keys
    person = await Person.create(
        code=code,
        login=login,
        name=new.name,
        organisation_id=new.organisation,
        phone=vault.sealed(keys, code, "phone", new.phone),
        identity_number=vault.sealed(keys, code, "identity_number", new.identity_number),
        password_hash=password_hash,
        password_at=call.now,
        must_change_password=new.must_change_password,
    )
    await PasswordHistory.create(person=person, password_hash=password_hash, at=call.now)
    await ledger.record(call, Enrolled(), about=f"person:{code}")
    return person


async def enter(
    call: Call, new: NewPerson, organisation: NewOrganisation | None, password_hash: str
) -> Person:
    """Enter a person, and the organisation unless its credit code is known. Inside a unit."""
    if organisation is not None:
        new = replace(new, organisation=await _entered(call, organisation))
    person = await add_person(call, new, password_hash)
    await security.note(call, "accounts.event.enrolled", person=person.code)
    return person


async def _entered(call: Call, new: NewOrganisation) -> str:
    credit_code = await must_be_enterable(call, new)
    known = await Organisation.get_or_none(credit_code=credit_code)
    if known is not None:
        return known.code
    code = new_code()
    await steps.add_organisations(
        call, [OrganisationCard(code, new.name, credit_code, new.kind, new.region)]
    )
    return code


async def must_be_enterable(call: Call, new: NewOrganisation) -> str:
    """The credit code of an organisation of this city; raises invalid or unprocessable.

    A code that is known under another name binds nobody before that name was typed.
    """
    credit_code = must_be_credit_code(new.credit_code, demo=call.tools.city.demo)
    if new.region not in {place.code for place in places()}:
        raise MarketError(
            "form.invalid", Kind.UNPROCESSABLE, fields={"region": ("accounts.region", {})}
        )
    known = await Organisation.get_or_none(credit_code=credit_code)
    if known is not None and name_key(known.name) != name_key(new.name):
        named = ("accounts.credit_code_named", {"name": known.name})
        fields = {"organisation_name": named}
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields=fields)
    return credit_code
