"""Opening accounts: the system administrator enters people and organisations, grants nothing."""

from dataclasses import dataclass, replace

from market.accounts import passwords, policy, steps, vault
from market.accounts.events import Enrolled
from market.accounts.models import Organisation, PasswordHistory, Person
from market.accounts.queries import OrganisationCard, login_name
from market.accounts.regions import places
from market.accounts.states import OrganisationKind
from market.audit import ledger, security
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.kernel.ids import must_be_credit_code, new_code


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to be entered."""

    credit_code: str
    name: str
    kind: OrganisationKind
    region: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered for an organisation that is there (by its code)."""

    login: str
    name: str
    organisation: str
    phone: str = ""
    identity_number: str = ""
    code: str = ""
    must_change_password: bool = True


@dataclass(frozen=True, slots=True)
class Entered:
    """Who was entered; ``is_known`` for somebody who had an account already."""

    person: str
    is_known: bool = False


async def add_person(call: Call, new: NewPerson, password_hash: str) -> Person:
    """Enter a person. Inside a unit. Raises conflict when the login name is taken."""
    login = login_name(new.login)
    if await Person.exists(login=login):
        taken = "accounts.login_taken"
        raise MarketError(taken, Kind.CONFLICT, fields={"login": (taken, {})})
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


async def open_account(
    call: Call, new: NewPerson, organisation: NewOrganisation | None, password: str
) -> str:
    """Enter a person with a first password that they must change; gives the person's code.

    The organisation is entered too unless its credit code is known. Raises forbidden, conflict, or
    unprocessable with the field that is wrong.
    """
    must(policy.why_not_open_account(call.actor))
    weak = passwords.weakness(password, login_name(new.login))
    if weak:
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields={"password": (weak, {})})
    hashed = await passwords.hashed(password)
    return (await _open_account(call, new, organisation, hashed)).person


@use_case
async def _open_account(
    call: Call, new: NewPerson, organisation: NewOrganisation | None, password_hash: str
) -> Entered:
    return Entered((await enter(call, new, organisation, password_hash)).code)


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
    credit_code = must_be_credit_code(new.credit_code, demo=call.tools.city.demo)
    known = await Organisation.get_or_none(credit_code=credit_code)
    if known is not None:
        return known.code
    if new.region not in {place.code for place in places()}:
        raise MarketError(
            "form.invalid", Kind.UNPROCESSABLE, fields={"region": ("accounts.region", {})}
        )
    code = new_code()
    await steps.add_organisations(
        call, [OrganisationCard(code, new.name, credit_code, new.kind, new.region)]
    )
    return code
