"""Changes of rights that take two: asked by one, confirmed or refused by another, or run out.

Who may is the table of ``second_person``; offices are looked at anew when it is confirmed. Of a
one-time password each of the two learns a half, so that neither of them can use it: the one
concerned needs both.
"""

from dataclasses import replace
from typing import Final

from market.accounts import passwords, second_person
from market.accounts.actions import people, wishes
from market.accounts.actions.changes import CHANGES
from market.accounts.actions.wishes import Granting, Opening, Resetting, Wish
from market.accounts.concerned import of_requests
from market.accounts.events import Asked, Confirmed, Expired, NotConfirmed, Withdrawn
from market.accounts.models import Grant, Person, RightsRequest
from market.accounts.queries import holds, login_name
from market.accounts.second_person import Asker, Concerned
from market.accounts.states import REQUEST, Act, RequestEvent, RequestState
from market.audit import ledger, security
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must, not_found
from market.kernel.ids import new_code
from signing.core.canonical import instant

WITH_PASSWORD: Final = frozenset({Act.OPEN, Act.RESET_PASSWORD})
_ENDS: Final = {
    RequestEvent.REFUSE: NotConfirmed,
    RequestEvent.WITHDRAW: Withdrawn,
    RequestEvent.EXPIRE: Expired,
}


async def ask_for(call: Call, person: Person, whose: Concerned, act: Act, wish: Wish) -> str:
    """Ask for a change; gives the request's code. Inside a unit, the person row locked.

    Raises forbidden, conflict when the same waits already, or what forbids the act.
    """
    must(second_person.why_not_ask(call.actor, whose, act))
    await CHANGES[act].must_fit(call, person, wish)
    return await _ask(call, act, wish, person.code, person.name, f"{act}:{person.code}")


async def ask_to_open(call: Call, whose: Concerned, wish: Opening) -> str:
    """Ask for a new account. Inside a unit."""
    must(second_person.why_not_ask(call.actor, whose, Act.OPEN))
    await people.must_be_free(wish.person.login)
    waiting = f"{Act.OPEN}:{login_name(wish.person.login)}"
    return await _ask(call, Act.OPEN, wish, whose.person, wish.person.name, waiting)


async def _ask(call: Call, act: Act, wish: Wish, person: str, name: str, waiting: str) -> str:
    for overdue in await RightsRequest.filter(waiting=waiting, until_at__lte=call.now):
        await _close(call, overdue, RequestEvent.EXPIRE)
    if await RightsRequest.exists(waiting=waiting):
        raise MarketError("accounts.asked_already", Kind.CONFLICT)
    code = new_code()
    row = await RightsRequest.create(
        code=code,
        act=act,
        person=person,
        name=name,
        role=wish.role if isinstance(wish, Granting) else None,
        wish=wishes.sealed(call.tools.keys, code, wish),
        waiting=waiting,
        asked_by=call.actor.code,
        asked_as=call.actor.role,
        asked_at=call.now,
        until_at=call.now + second_person.LIFE,
    )
    told = Asked(request=code, act=str(act), until_at=instant(row.until_at))
    await ledger.record(call, told, about=f"person:{person}")
    await security.note(call, "accounts.event.asked", person=person, act=str(act), request=code)
    return code


async def confirm(call: Call, code: str) -> None:
    """Confirm, and so do, what another has asked for.

    Raises not_found, forbidden, conflict when it is over or who asked may no longer, or what
    forbids the act.
    """
    row = await RightsRequest.get_or_none(code=code)
    if row is None:
        raise not_found("request")
    password_hash = ""
    if row.act in WITH_PASSWORD and row.state is RequestState.WAITING:
        await _must_confirm(call, row)
        secret = call.tools.keys.secret(passwords.KEY)
        password_hash = await passwords.hashed("-".join(passwords.halves(secret, code)))
    await _confirm(call, code, password_hash)


@use_case
async def _confirm(call: Call, code: str, password_hash: str) -> None:
    row = await _waiting(call, code, RequestEvent.CONFIRM)
    person = await Person.select_for_update().get_or_none(code=row.person)
    await _must_confirm(call, row)
    wish = wishes.opened(call.tools.keys, code, row.act, row.wish)
    if isinstance(wish, Opening | Resetting):
        wish = replace(wish, password_hash=password_hash)
    if isinstance(wish, Opening):
        await people.enter(call, wish.person, wish.organisation, wish.password_hash)
    else:
        assert person is not None  # noqa: S101 - nobody who has an account is ever removed
        await CHANGES[row.act].do(call, person, wish)
    asker = f"{row.asked_as}:{row.asked_by}"
    told = Confirmed(request=code, act=str(row.act), asked_by=asker)
    await _close(call, row, RequestEvent.CONFIRM, told)


async def _must_confirm(call: Call, row: RightsRequest) -> None:
    (whose,) = await of_requests([row])
    asker = Asker(row.asked_by, row.asked_as)
    must(second_person.why_not_confirm(call.actor, whose, row.act, asker))
    holding = Grant.filter(holds(call.now), person_id=row.asked_by, role=row.asked_as)
    if not second_person.still_asks(whose, row.act, asker) or not await holding.exists():
        raise MarketError("accounts.request_stale", Kind.CONFLICT)


@use_case
async def refuse(call: Call, code: str) -> None:
    """Refuse what another has asked for; raises as ``confirm``."""
    row = await _waiting(call, code, RequestEvent.REFUSE)
    asker = Asker(row.asked_by, row.asked_as)
    (whose,) = await of_requests([row])
    must(second_person.why_not_confirm(call.actor, whose, row.act, asker))
    await _close(call, row, RequestEvent.REFUSE)


@use_case
async def withdraw(call: Call, code: str) -> None:
    """Take back what one has asked for; raises not_found for everybody else."""
    row = await _waiting(call, code, RequestEvent.WITHDRAW)
    if row.asked_by != call.actor.code:
        raise not_found("request")
    await _close(call, row, RequestEvent.WITHDRAW)


@use_case
async def expire(call: Call) -> None:
    """Close what nobody has confirmed in time."""
    overdue = RightsRequest.filter(state=RequestState.WAITING, until_at__lte=call.now)
    for row in await overdue.order_by("until_at").limit(100):
        await _close(call, row, RequestEvent.EXPIRE)


async def _waiting(call: Call, code: str, event: RequestEvent) -> RightsRequest:
    row = await RightsRequest.select_for_update().get_or_none(code=code)
    if row is None:
        raise not_found("request")
    REQUEST.after(row.state, event)
    if row.until_at <= call.now:
        raise MarketError("accounts.request_over", Kind.CONFLICT)
    return row


async def _close(
    call: Call, row: RightsRequest, event: RequestEvent, told: Confirmed | None = None
) -> None:
    row.state, row.waiting = REQUEST.after(row.state, event), None
    row.closed_by, row.closed_at = call.actor.code, call.now
    await row.save(update_fields=["state", "waiting", "closed_by", "closed_at"])
    facts = told or _ENDS[event](request=row.code, act=str(row.act))
    await ledger.record(call, facts, about=f"person:{row.person}")
    await security.note(
        call, f"accounts.event.request_{event}", person=row.person, request=row.code
    )
