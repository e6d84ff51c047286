"""What running rounds wait for, and for whom: nothing is void because somebody stays silent.

Names trustees and the owner, never applicants; between the deadline and the freeze nobody is named,
for who has not reported yet would tell that there is something to report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from market.audit.publish import latest
from market.selection.deciding import inputs
from market.selection.deciding.missing import Missing, missing_in
from market.selection.deciding.released import givers
from market.selection.models import Round
from market.selection.progress import Progress
from market.selection.states import State
from market.selection.ways.registry import WAYS


@dataclass(frozen=True, slots=True)
class Wait:
    """``key`` names the sentence; ``on``: ids of trustees (or ``owner``) that are missing."""

    key: str
    on: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """What is there already for some rounds.

    ``missing``: of those that are published; ``givers``: round → trustees that have given their
    shares; ``entries``: act → index of its entry; ``witnessed``: the size of the newest tree that
    the quorum has seen.
    """

    missing: dict[str, Missing]
    givers: dict[str, set[str]]
    entries: dict[str, int]
    witnessed: int


async def waits(rounds: Sequence[Progress], now: datetime) -> dict[str, Wait]:
    """What each of the rounds waits for at ``now``, by name; asks as often for many as for one."""
    given = await _given(rounds)
    return {one.round.about: _wait(one, given, now) for one in rounds}


async def _given(rounds: Sequence[Progress]) -> _Given:
    rows = [one.round for one in rounds]
    missing = await missing_in([row for row in rows if row.state is State.PUBLISHED])
    shares = await givers(rounds)
    entries = await inputs.entry_times([row.act_id for row in rows if row.about in shares])
    seen = await latest(witnessed=True)
    indices = {act: index for act, (index, _) in entries.items()}
    return _Given(missing, shares, indices, seen.size if seen else 0)


def _wait(one: Progress, given: _Given, now: datetime) -> Wait:
    row = one.round
    if row.about in given.givers:
        return _shares(row, given)
    match row.state:
        case State.PUBLISHED:
            return _parts(given.missing[row.about])
        case State.ACCEPTING:
            over = now >= row.deadline_at
            return Wait("closing") if over else Wait("deadline", until=row.deadline_at)
        case State.REVEALED:
            return _publicity(one, now)
        case _:
            return _own(one)


def _parts(missing: Missing) -> Wait:
    if missing.nothing:
        return Wait("accepting")
    key = "contribution" if missing.parts else "boxes"
    roles = missing.parts or missing.reports
    return Wait(key, tuple(role.removeprefix("trustee:") for role in roles))


def _shares(row: Round, given: _Given) -> Wait:
    there = given.givers[row.about]
    if len(there) >= row.terms["k"]:
        return Wait(str(row.state))
    missing = tuple(t["id"] for t in row.terms["trustees"] if t["id"] not in there)
    seen = given.witnessed > given.entries[row.act_id]
    return Wait("shares" if seen else "witness", missing)


def _own(one: Progress) -> Wait:
    """In a state that its way adds: the hour of the stage, if it has one."""
    for stage in WAYS[one.round.way].stages:
        if stage.state is one.round.state:
            return Wait(str(stage.state), until=one.hour(stage.hour) if stage.hour else None)
    return Wait("nothing")


def _publicity(one: Progress, now: datetime) -> Wait:
    if one.clarification and one.clarification.accepted is None:
        return Wait("verdict" if one.clarification.explanation else "explanation")
    until = one.result.publicity_until if one.result else None
    return Wait("publicity", until=until) if until and now < until else Wait("concluding")
