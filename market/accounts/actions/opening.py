"""Opening accounts: the system administrator enters people and organisations, grants nothing."""

from dataclasses import dataclass, replace

from market.accounts import passwords, policy
from market.accounts.actions import people, requests
from market.accounts.actions.wishes import NewOrganisation, NewPerson, Opening
from market.accounts.concerned import newcomer
from market.accounts.queries import login_name
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.kernel.ids import new_code


@dataclass(frozen=True, slots=True)
class Opened:
    """Who was entered, or the ``request`` that waits for its second person."""

    person: str | None = None
    request: str | None = None


async def open_account(
    call: Call, new: NewPerson, organisation: NewOrganisation, password: str
) -> Opened:
    """Enter a person with a first password that they must change.

    The organisation is entered too unless its credit code is known. Where it takes two, nobody
    chooses the password: each of them learns a half of it. Raises forbidden, conflict, or
    unprocessable with the field that is wrong.
    """
    must(policy.why_not_open_account(call.actor))
    new = replace(new, code=new_code())
    credit_code = await people.must_be_enterable(call, organisation)
    whose = await newcomer(new.code, credit_code, organisation.kind)
    weak = passwords.weakness(password, login_name(new.login))
    if whose.takes_two:
        weak = "accounts.password_of_two" if password else None
    if weak:
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields={"password": (weak, {})})
    hashed = "" if whose.takes_two else await passwords.hashed(password)
    return await _open_account(call, Opening(new, organisation, hashed), credit_code)


@use_case
async def _open_account(call: Call, wish: Opening, credit_code: str) -> Opened:
    whose = await newcomer(wish.person.code, credit_code, wish.organisation.kind)
    if whose.takes_two:
        return Opened(request=await requests.ask_to_open(call, whose, wish))
    person = await people.enter(call, wish.person, wish.organisation, wish.password_hash)
    return Opened(person.code)
