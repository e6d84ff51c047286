"""How far a project is, from the need to the public notice of its result; pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.projects.queries import ProjectCard
from market.selection.pages.round_page import RoundPage
from market.selection.states import AFTER_DECISION, BEFORE_FREEZE, State

NAMES: Final = ("need", "sign_up", "award", "publicity")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``state`` is done, now, next or failed; ``at`` is when it is over."""

    name: str
    state: str
    at: datetime | None = None


def project_steps(project: ProjectCard, round_: RoundPage | None) -> list[Step]:
    """需求 → 报名 → 定标 → 公示, as the round that is shown has gone through them."""
    if round_ is None:
        return [Step(name, "now" if name == NAMES[0] else "next") for name in NAMES]
    here = _place(round_)
    reached = (
        project.published_at,
        round_.sign_up.deadline_at,
        round_.times.get(State.DECIDED),
        round_.result.publicity_until if round_.result else None,
    )
    return [
        Step(name, _state(place, here, round_), at if place <= here else None)
        for place, (name, at) in enumerate(zip(NAMES, reached, strict=True))
    ]


def _place(round_: RoundPage) -> int:
    """The step that the round is in, or in which it failed."""
    if round_.state in BEFORE_FREEZE:
        return 1
    if round_.state is State.FAILED:
        return 2 if round_.times.get(State.FROZEN) else 1
    return 3 if round_.state in AFTER_DECISION - {State.DECIDED} else 2


def _state(place: int, here: int, round_: RoundPage) -> str:
    if place < here or round_.state is State.CONCLUDED:
        return "done"
    if place > here:
        return "next"
    return "failed" if round_.state is State.FAILED else "now"
