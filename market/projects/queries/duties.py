"""What owners have to do with projects that are not yet, or no more, under way."""

from collections.abc import Collection
from datetime import datetime

from market.kernel.actors import Actor
from market.projects.queries.owned import Owned, owned
from market.projects.rules.steps import STEP_OF, STEPS
from market.projects.states import State
from market.web.panels import MOST_DUTIES, Duty


async def duties(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """Drafts to fill, dates to set anew, failures to go on from."""
    states = (State.DRAFT, State.READY, State.FAILED)
    rows = await owned(actor, states, among, MOST_DUTIES, now)
    asked = {State.DRAFT: _fill, State.READY: _set_anew, State.FAILED: _go_on}
    return [asked[row.state](row) for row in rows if row.state is not State.READY or row.is_late]


def next_step(typed: dict[str, str]) -> int:
    """The first step with nothing in it yet; the check when every step was visited."""
    for step in STEPS[:-1]:
        if not any(typed.get(name) for name in step.fields):
            return step.number
    return STEPS[-1].number


def _fill(row: Owned) -> Duty:
    verb = "project.duty.mend" if row.was_sent_back else "project.duty.fill"
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
