"""What other rooms and this room's own actions do to a project. Everything here runs inside a unit.

``selection`` publishes, moves, decides, concludes and fails, and writes the ledger entry of each
itself; ``create_ready`` makes a checked project through the same rules as the form.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from market.accounts.regions import rules_as, rules_of
from market.audit import ledger
from market.documents import attachments
from market.infra import db
from market.kernel.call import Call
from market.kernel.clock import local
from market.kernel.errors import Kind, MarketError, must, not_found
from market.projects import codes, lookup, need, policy, rules
from market.projects.codes import must_be_code
from market.projects.events import Ready, Reopened, about
from market.projects.models import Project, ProjectNumber
from market.projects.rules.steps import STEP_OF
from market.projects.states import MACHINE, Event, State
from signing.core import canonical, hashing


async def locked(code: str) -> Project:
    """The project, its row locked; raises NOT_FOUND."""
    project = await Project.select_for_update().get_or_none(code=must_be_code(code))
    if project is None:
        raise not_found("project")
    return project


async def own(call: Call, code: str) -> Project:
    """The actor's own project, its row locked; raises NOT_FOUND for everybody else."""
    project = await locked(code)
    if not policy.is_owner(call.actor, project.owner):
        raise not_found("project")
    return project


async def reopen(call: Call, project: Project) -> None:
    """What was checked is a draft again, for it changes; the caller saves it."""
    if project.state is State.READY:
        project.state = MACHINE.after(project.state, Event.REOPENED)
        told = Reopened(need_sha256=need_sha256(project))
        await ledger.record(call, told, about=about(project.code))


async def create(call: Call, typed: Mapping[str, Any]) -> Project:
    """A new draft of the actor's organisation; raises FORBIDDEN for whoever has none."""
    must(policy.why_not_start(call.actor))
    home = call.actor.regions[0] if call.actor.regions else call.tools.city.region
    prefix = rules_of(home, call.now).code_prefix
    return await Project.create(
        code=await _next_code(prefix, local(call.now).year),
        owner=call.actor.organisation,
        owner_name=call.actor.organisation_name,
        drafter=call.actor.code,
        typed={name: str(value) for name, value in typed.items() if name in STEP_OF},
        created_at=call.now,
        changed_at=call.now,
    )


async def create_ready(call: Call, values: Mapping[str, Any]) -> str:
    """A project that passed every check, from form values; returns its code.

    Raises UNPROCESSABLE with every breach by field, as the form would show them.
    """
    project = await create(call, values)
    await make_ready(call, project)
    return project.code


async def make_ready(call: Call, project: Project) -> None:
    """Check the draft, fix its need and log the need's hash; raises with every breach by field."""
    state = MACHINE.after(project.state, Event.CHECKED)
    draft, unread = rules.read(project.typed)
    setting = await lookup.setting(call, draft, project.owner, project.code)
    found = rules.breaches(draft, setting, unread)
    if found:
        _refuse("project.breaches", found)
    need.fix(project, draft, setting, await attachments.attached(about(project.code)))
    asked = rules_as(rules.SecondPersonRules, project.region, call.now)
    needs_second = rules.needs_second_person(asked, project.control_price_fen)
    must(policy.why_not_check(call.actor, needs_second=needs_second))
    project.update_from_dict(
        {
            "state": state,
            "drafter": call.actor.code,
            "sent_back": None,
            "changed_at": call.now,
        }
    )
    await project.save()
    told = Ready(need_sha256=need_sha256(project), attempt=project.attempt)
    await ledger.record(call, told, about=about(project.code))


def need_sha256(project: Project) -> str | None:
    """The hash of the public need's canonical bytes; None for a draft that was never ready."""
    if project.need is None:
        return None
    return hashing.sha256(canonical.dumps(project.need)).hex()


async def published(
    call: Call, code: str, deadline_at: datetime, round_state: str | None = None
) -> None:
    """Sign-up runs until ``deadline_at``, which may not be shorter than the region's window."""
    project = await locked(code)
    state = MACHINE.after(project.state, Event.PUBLISHED)
    draft, unread = rules.read(project.typed)
    draft = replace(draft, deadline_at=deadline_at)
    setting = await lookup.setting(call, draft, project.owner, code, project.region)
    found = rules.breaches(draft, setting, unread)
    if found:
        _refuse("project.not_publishable", found)
    await attachments.published(call, about(code))
    await _write(
        project,
        state=state,
        deadline_at=deadline_at,
        round_state=round_state,
        published_at=call.now,
        extended_at=None,
        extensions=0,
        publisher=call.actor.code,
        ended_reason=None,
        changed_at=call.now,
    )


async def moved(
    call: Call, code: str, round_state: str, deadline_at: datetime | None = None
) -> None:
    """The round went on within its project's state; ``deadline_at`` when sign-up was extended."""
    project = await locked(code)
    extended = deadline_at is not None and deadline_at != project.deadline_at
    await _write(
        project,
        round_state=round_state,
        deadline_at=deadline_at or project.deadline_at,
        extended_at=call.now if extended else project.extended_at,
        extensions=project.extensions + extended,
        changed_at=call.now,
    )


async def decided(
    call: Call, code: str, price_fen: int | None = None, round_state: str | None = None
) -> None:
    """Somebody was chosen; ``price_fen`` is the price that won, for the savings that are shown."""
    project = await locked(code)
    await _write(
        project,
        state=MACHINE.after(project.state, Event.DECIDED),
        decided_at=call.now,
        decided_fen=price_fen,
        round_state=round_state or project.round_state,
        changed_at=call.now,
    )


async def priced(call: Call, code: str, price_fen: int | None) -> None:
    """Another price wins, or none is known: who was chosen first fell away."""
    project = await locked(code)
    await _write(project, decided_fen=price_fen, changed_at=call.now)


async def concluded(call: Call, code: str, round_state: str | None = None) -> None:
    """The publicity is over and the notice ordered."""
    project = await locked(code)
    await _write(
        project,
        state=MACHINE.after(project.state, Event.CONCLUDED),
        concluded_at=call.now,
        round_state=round_state or project.round_state,
        changed_at=call.now,
    )


async def failed(call: Call, code: str, reason: str, round_state: str | None = None) -> None:
    """Nobody could be chosen, or nobody is left; ``reason`` is a key of the caller's catalogue."""
    project = await locked(code)
    await _write(
        project,
        state=MACHINE.after(project.state, Event.FAILED),
        decided_at=None,
        decided_fen=None,
        ended_reason=reason,
        round_state=round_state or project.round_state,
        changed_at=call.now,
    )


async def asked(call: Call, code: str) -> None:
    """Another attempt was asked for and waits for a regulator's signature."""
    project = await locked(code)
    state = MACHINE.after(project.state, Event.ASKED)
    await _write(project, state=state, changed_at=call.now)


async def retried(call: Call, code: str) -> int:
    """A failed project may be published again; returns the number of the attempt to come."""
    project = await locked(code)
    state = MACHINE.after(project.state, Event.RETRIED)
    attempt = project.attempt + 1
    await _write(
        project,
        state=state,
        attempt=attempt,
        round_state=None,
        decided_at=None,
        decided_fen=None,
        changed_at=call.now,
    )
    return attempt


async def _write(project: Project, **values: Any) -> None:
    project.update_from_dict(values)
    code, price = project.code, project.control_price_fen
    if project.published_at and project.deadline_at:
        project.by_newest = f"{canonical.instant(project.published_at)}{code}"
        project.by_deadline = f"{canonical.instant(project.deadline_at)}{code}"
        project.by_price = f"{0 if price is None else price + 1:015d}{code}"
    await project.save(update_fields=[*values, "by_newest", "by_deadline", "by_price"])


def _refuse(key: str, found: list[rules.Breach]) -> None:
    fields = {b.field: (b.key, b.facts) for b in found}
    raise MarketError(key, Kind.UNPROCESSABLE, fields=fields, count=len(found))


async def _next_code(prefix: str, year: int) -> str:
    series = codes.series(prefix, year)
    if not await ProjectNumber.filter(series=series).update(number=F("number") + 1):
        try:
            async with db.savepoint():
                await ProjectNumber.create(series=series, number=1)
        except IntegrityError:
            await ProjectNumber.filter(series=series).update(number=F("number") + 1)
    row = await ProjectNumber.get(series=series)
    return codes.code(series, row.number)
