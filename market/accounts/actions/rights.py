"""Changes of somebody's rights: done at once, or asked for where it takes two (second_person.py).

Unlocking takes one only: it opens nothing, it lets somebody try again.
"""

from dataclasses import dataclass

from market.accounts import passwords, policy
from market.accounts.actions import requests
from market.accounts.actions.changes import CHANGES
from market.accounts.actions.wishes import Granting, Resetting, Wish
from market.accounts.concerned import concerned
from market.accounts.models import Person, SignInFailure
from market.accounts.queries import token_hash
from market.accounts.states import Act
from market.audit import security
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import must, not_found


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it: done, or a ``request`` that waits for its second person."""

    request: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """A one-time password to be told, or a ``request`` that waits for its second person."""

    password: str | None = None
    request: str | None = None


@use_case
async def change(call: Call, code: str, act: Act, wish: Wish) -> Changed:
    """Change the rights of a person, or ask for it.

    Raises forbidden, not_found, or what forbids the act (changes.py).
    """
    person = await Person.select_for_update().get_or_none(code=code)
    if person is None:
        must(policy.why_not_change_rights(call.actor, ""))
        raise not_found("person")
    whose = await concerned(person, wish.role if isinstance(wish, Granting) else None)
    if whose.takes_two:
        must(policy.why_not_change_anothers(call.actor, code))
        return Changed(await requests.ask_for(call, person, whose, act, wish))
    must(policy.why_not_change_rights(call.actor, code))
    await CHANGES[act].do(call, person, wish)
    return Changed()


async def reset_password(call: Call, code: str) -> Reset:
    """Set a one-time password, which the next sign-in has to change, and give it this once.

    Where it takes two, each of them learns a half (requests.py). Raises forbidden or not_found.
    The answer must not be kept: asked again, there is another one.
    """
    person = await Person.get_or_none(code=code)
    if person is None or (await concerned(person)).takes_two:
        asked = await change(call, code, Act.RESET_PASSWORD, Resetting())
        return Reset(request=asked.request)
    must(policy.why_not_change_rights(call.actor, code))
    password = passwords.one_time(person.login)
    wish = Resetting(await passwords.hashed(password))
    await change(call, code, Act.RESET_PASSWORD, wish)
    return Reset(password)


@use_case
async def unlock(call: Call, code: str) -> None:
    """Let somebody try to sign in again before the lock runs out."""
    person = await Person.get_or_none(code=code)
    must(policy.why_not_change_rights(call.actor, code))
    if person is None:
        raise not_found("person")
    await SignInFailure.filter(login_sha256=token_hash(person.login)).delete()
    await security.note(call, "accounts.event.unlocked", person=code)
