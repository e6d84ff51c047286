"""From "recognised" to "signed in": what a sign-in on its way still waits for. Inside a unit.

A way is what the browser gets: a session, or the sign-in's token and its next step.
Neither is ever part of a kept answer; these use cases take no Idempotency-Key.
"""

from dataclasses import dataclass
from datetime import timedelta

from market.accounts import regions, rules, steps
from market.accounts.actions import failures
from market.accounts.models import Person, SignIn
from market.accounts.queries import Choice, choices, token_hash
from market.accounts.states import Method, Step
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.kernel.ids import new_token

LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session is open: its token, the role that it acts in, the page that was asked for.

    ``login`` is whose browser it is from now on, empty where nothing was proved.
    """

    session: str
    role: Role
    next_path: str = ""
    login: str = ""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """A sign-in goes on: its token, and the step that it waits for."""

    token: str
    step: Step


Way = SignedIn | GoesOn


async def begin(
    call: Call,
    method: Method,
    next_path: str,
    device: str,
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> Way:
    """Start for somebody who was just recognised, by person or by organisation."""
    await SignIn.filter(until_at__lte=call.now).delete()
    token = new_token(32)
    row = await SignIn.create(
        token_sha256=token_hash(token),
        person_id=person,
        organisation_id=organisation,
        method=method,
        next_path=next_path if rules.may_go_on_to(next_path) else "",
        device=device,
        until_at=call.now + LIFE,
    )
    return await advance(call, row, token)


async def current(call: Call, token: str) -> SignIn:
    """The sign-in of that token, locked; raises sign_in when it is over."""
    row = (
        await SignIn.select_for_update()
        .filter(token_sha256=token_hash(token), until_at__gt=call.now)
        .first()
    )
    if row is None:
        raise MarketError("accounts.sign_in_over", Kind.SIGN_IN)
    return row


async def waiting(call: Call, token: str) -> tuple[SignIn, Step]:
    """The sign-in of that token and what it waits for, for a page; raises sign_in when over."""
    row = await SignIn.filter(token_sha256=token_hash(token), until_at__gt=call.now).first()
    step = await step_of(call, row) if row else None
    if row is None or step is None:
        raise MarketError("accounts.sign_in_over", Kind.SIGN_IN)
    return row, step


async def must_wait_for(call: Call, row: SignIn, step: Step) -> None:
    """Raise conflict unless the sign-in waits for exactly this step."""
    if await step_of(call, row) is not step:
        raise MarketError("accounts.step_passed", Kind.CONFLICT)


async def step_of(call: Call, row: SignIn) -> Step | None:
    """What the sign-in waits for now."""
    return rules.next_step(await _progress(call, row, await choices_of(call, row)))


async def advance(call: Call, row: SignIn, token: str) -> Way:
    """The next step of the sign-in under ``token``, or the session when nothing is missing."""
    open_to = await choices_of(call, row)
    if not open_to:
        raise MarketError("accounts.no_role", Kind.FORBIDDEN)
    step = rules.next_step(await _progress(call, row, open_to))
    return GoesOn(token, step) if step else await finish(call, row, open_to[0])


async def choose(call: Call, row: SignIn, grant: str) -> SignedIn:
    """Finish in the grant that was chosen; raises unprocessable when it is not on offer."""
    for choice in await choices_of(call, row):
        if choice.grant == grant:
            return await finish(call, row, choice)
    raise MarketError("accounts.choice", Kind.UNPROCESSABLE)


async def finish(call: Call, row: SignIn, choice: Choice) -> SignedIn:
    """Open the session, forget the sign-in and the wrong ones before it."""
    token = await steps.open_session(
        call, choice.person, choice.role, method=row.method, device=row.device
    )
    person = await Person.get(code=choice.person)
    await failures.forgive(person.login)
    await row.delete()
    return SignedIn(token, choice.role, row.next_path, person.login)


async def choices_of(call: Call, row: SignIn) -> list[Choice]:
    """The grants on offer."""
    return await choices(call.now, person=row.person_id, organisation=row.organisation_id)


async def _progress(call: Call, row: SignIn, open_to: list[Choice]) -> rules.Progress:
    numbers = regions.rules_of(call.tools.city.region, call.now)
    person = await Person.get(code=row.person_id) if row.person_id else None
    days = timedelta(days=numbers.password_days)
    return rules.Progress(
        method=row.method,
        has_second_factor=bool(person and person.totp_salt),
        showed_second_factor=row.showed_second_factor,
        must_have_second_factor=not call.tools.city.demo
        and any(choice.role in numbers.second_factor_roles for choice in open_to),
        password_is_old=bool(
            person and (person.must_change_password or call.now - person.password_at > days)
        ),
        choices=len({(c.person, c.role) for c in open_to}),
    )
