"""What owners have to do with projects that are not yet, or no more, under way."""

from collections.abc import Collection
from datetime import datetime

from market.kernel.actors import Actor
from market.projects.queries.owned import Owned, owned
from market.projects.rules.steps import STEPS
from market.projects.states import State
from market.web.panels import MOST_DUTIES, Duty


async def duties(actor: Actor, now: datetime, among: Collection[str] | None) -> list[Duty]:
    """Drafts to fill, failures to go on from."""
    rows = await owned(actor, (State.DRAFT, State.FAILED), among, MOST_DUTIES, now)
    return [_fill(row) if row.state is State.DRAFT else _go_on(row) for row in rows]


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


def _go_on(row: Owned) -> Duty:
    return Duty(
        "project.duty.redo",
        row.title,
        "project.duty.redo.why",
        f"/my/projects/{row.code}/redo",
        project=row.code,
    )
