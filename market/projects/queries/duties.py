"""What owners have to do, or wait for, with projects that are not yet, or no more, under way."""

from collections.abc import Collection
from typing import Final

from market.kernel.actors import Role
from market.kernel.call import Call
from market.projects import policy
from market.projects.queries.owned import Owned, owned
from market.projects.queries.publishing import but, publishers
from market.projects.rules.steps import STEP_OF, STEPS
from market.projects.states import MACHINE, State
from market.web.panels import MOST_DUTIES, Duty, DutyKind, Wait, WaitKind


async def to_fill(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Drafts to fill."""
    rows = await _owned(call, State.DRAFT, among)
    return [_fill(row, "project.duty.fill") for row in rows if not row.was_sent_back]


async def to_mend(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Drafts that somebody else of the organisation did not publish."""
    rows = await _owned(call, State.DRAFT, among)
    return [_fill(row, "project.duty.mend") for row in rows if row.was_sent_back]


async def to_set_anew(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Checked needs whose closing time has passed."""
    return [_set_anew(row) for row in await _owned(call, State.READY, among) if row.is_late]


async def to_go_on(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Failures to go on from."""
    if policy.why_not_go_on(call.actor, call.actor.organisation or "", State.FAILED):
        return []
    return [_go_on(row) for row in await _owned(call, State.FAILED, among)]


async def for_a_second(call: Call) -> list[Wait]:
    """What somebody else of the organisation must publish."""
    rows = [row for row in await _owned(call, State.READY, None) if not row.may_publish]
    rows = [row for row in rows if not row.is_late]
    if not rows:
        return []
    others = await publishers(str(call.actor.organisation), call.now)
    return [
        Wait(
            row.title,
            "project.wait.second",
            f"/my/projects/{row.code}/check",
            but(others, row.barred) or ("project.wait.nobody",),
            project=row.code,
        )
        for row in rows
    ]


async def asked(call: Call) -> list[Wait]:
    """Further attempts that a regulator has to sign."""
    return [
        Wait(
            row.title,
            "project.wait.countersign",
            f"/my/projects/{row.code}/redo",
            (f"role.{Role.REGULATOR}",),
            project=row.code,
        )
        for row in await _owned(call, State.ASKED, None)
    ]


def next_step(typed: dict[str, str]) -> int:
    """The first step with nothing in it yet; the check when every step was visited."""
    for step in STEPS[:-1]:
        if not any(typed.get(name) for name in step.fields):
            return step.number
    return STEPS[-1].number


async def _owned(call: Call, state: State, among: Collection[str] | None) -> list[Owned]:
    return await owned(call.actor, (state,), among, MOST_DUTIES, call.now)


def _fill(row: Owned, verb: str) -> Duty:
    return Duty(
        verb,
        row.title,
        f"{verb}.why",
        f"/my/projects/{row.code}/step/{next_step(row.typed)}",
        project=row.code,
    )


def _set_anew(row: Owned) -> Duty:
    return Duty(
        "project.duty.date",
        row.title,
        "project.duty.date.why",
        step_address(row.code, "deadline_at"),
        project=row.code,
    )


def step_address(code: str, field: str) -> str:
    """Where that answer is changed, judged as the check judges it."""
    return f"/my/projects/{code}/step/{STEP_OF.get(field, 1)}?from=check#{field}"


def _go_on(row: Owned) -> Duty:
    return Duty(
        "project.duty.redo",
        row.title,
        "project.duty.redo.why",
        f"/my/projects/{row.code}/redo",
        project=row.code,
    )


_OWNER: Final = frozenset({Role.OWNER})
DUTIES: Final = (
    DutyKind("project.duty.fill", _OWNER, to_fill, (MACHINE.at(State.DRAFT),)),
    DutyKind("project.duty.mend", _OWNER, to_mend, (MACHINE.at(State.DRAFT),)),
    DutyKind("project.duty.date", _OWNER, to_set_anew, (MACHINE.at(State.READY),)),
    DutyKind("project.duty.redo", _OWNER, to_go_on, (MACHINE.at(State.FAILED),)),
)
WAITS: Final = (
    WaitKind(_OWNER, asked, (MACHINE.at(State.ASKED),)),
    WaitKind(_OWNER, for_a_second, (MACHINE.at(State.READY),)),
)
