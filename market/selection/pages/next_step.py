"""What stands above everything on a project's page: what its reader can do now, or what is awaited.

First what the reader has to do (the duties of all rooms), then what an agency can do, else who or
what the project waits for, and until when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from market.kernel.actors import Actor
from market.projects.queries import ProjectCard
from market.projects.states import State as ProjectState
from market.selection import policy
from market.selection.intake.taking_part import why_not_take_part
from market.selection.pages.round_page import Attempt, RoundPage
from market.selection.states import AFTER_REVEAL, State
from market.web.panels import Duty

_UNPUBLISHED: Final = frozenset({ProjectState.DRAFT, ProjectState.READY})
_RUNNING: Final = frozenset({ProjectState.PUBLISHED, ProjectState.DECIDED, ProjectState.CONCLUDED})


@dataclass(frozen=True, slots=True)
class Act:
    """Where it is done; ``label`` is said, and what applying is called, the way says (``None``)."""

    label: str | None
    href: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """``sentence`` is said with ``facts``; ``until`` is when what is awaited happens at the latest.

    ``yours``: whether it is the reader's to do; ``counts``: what the hours to ``until`` are called.
    """

    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    yours: bool = False
    until: datetime | None = None
    counts: str | None = None
    busy: bool = False


async def next_steps(
    viewer: Actor,
    now: datetime,
    project: ProjectCard,
    round_: RoundPage | None,
    attempts: Sequence[Attempt],
    duties: Sequence[Duty],
) -> list[NextStep]:
    """What the reader has to do with the project; else the one thing that it waits for."""
    if round_ and round_.attempt < attempts[0].number:
        newest = Act("selection.next.newest", f"/projects/{project.code}")
        return [NextStep("selection.next.earlier", {"n": round_.attempt}, (newest,))]
    yours = [
        NextStep(duty.why, acts=(Act(duty.verb, duty.href),), yours=True, until=duty.due_at)
        for duty in duties
    ]
    if round_ is None or project.state not in _RUNNING:
        return yours or [_standing_still(project)]
    if round_.state is State.ACCEPTING:
        return [*yours, await _accepting(viewer, now, round_)]
    return yours or [_waiting(round_, now)]


def _standing_still(project: ProjectCard) -> NextStep:
    if project.is_mine and project.state is ProjectState.READY and project.why_not_publish:
        return NextStep(project.why_not_publish.key)
    if project.state in _UNPUBLISHED:
        again = project.published_at is not None
        return NextStep(f"selection.next.{'again' if again else 'unpublished'}")
    return NextStep(f"selection.next.{project.state}")


async def _accepting(viewer: Actor, now: datetime, round_: RoundPage) -> NextStep:
    """Until the deadline: what an agency can do; for whoever is not one, what goes on."""
    until, counts = round_.sign_up.deadline_at, "距抽取"
    if now >= until:
        return NextStep("selection.next.closing", busy=True)
    if not round_.applied_for:
        return NextStep("selection.next.qualified", until=until, counts=counts)
    counts, apply = "距报名截止", f"/rounds/{round_.project}/{round_.attempt}/apply"
    if not viewer.signed_in:
        back = f"/sign-in?next=/projects/{round_.project}"
        act = Act("selection.next.sign_in_to_apply", back)
        return NextStep("selection.next.apply", acts=(act,), until=until, counts=counts)
    if policy.why_not_ask_admission(viewer, round_.state, round_.pool):
        return NextStep("selection.next.accepting", until=until, counts=counts)
    agency = viewer.organisation or ""
    refusal = await why_not_take_part(agency, round_.item, round_.project, now)
    if refusal:
        return NextStep(refusal.key, until=until, counts=counts)
    act = Act(None, apply)
    return NextStep("selection.next.apply", acts=(act,), yours=True, until=until, counts=counts)


def _waiting(round_: RoundPage, now: datetime) -> NextStep:
    """Between publication and the notice: who has the next move."""
    if round_.state not in set(State):
        return NextStep(round_.who_sees, busy=True)
    if round_.state not in AFTER_REVEAL or round_.result is None:
        own = "qualified." if round_.state is State.PUBLISHED and not round_.applied_for else ""
        return NextStep(
            f"selection.next.{own}{round_.state}", busy=round_.state is not State.FAILED
        )
    facts = {"name": round_.result.winner.name}
    if round_.state is State.CONCLUDED:
        notice = f"/documents/of/{round_.project}/{round_.attempt}"
        return NextStep("selection.next.concluded", facts, (Act("paper.notice", notice),))
    asked, until = round_.clarification, round_.result.publicity_until
    sentence = "questioned" if asked.flagged and not asked.accepted else "revealed"
    if until is None or until <= now:
        return NextStep(f"selection.next.{sentence}", facts)
    return NextStep(f"selection.next.{sentence}", facts, until=until, counts="距公示期满")
