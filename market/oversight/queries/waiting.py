"""What running rounds wait for, and for whom: nothing is void because somebody stays silent.

Names trustees and the owner, never applicants; between the deadline and the freeze nobody is named,
for who has not reported yet would tell that there is something to report.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.audit.publish import latest
from market.selection.deciding import inputs
from market.selection.deciding.released import now_due, released_in
from market.selection.models import BoxReport, Contribution, Release, Round
from market.selection.progress import Progress
from market.selection.states import State
from market.selection.ways.registry import WAYS
from signing.draw.contributions import OWNER
from signing.ways import releases


@dataclass(frozen=True, slots=True)
class Wait:
    """``key`` names the sentence; ``on``: ids of trustees (or ``owner``) that are missing."""

    key: str
    on: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """What is there already for some rounds.

    ``parts``: round → role → envelope; ``opened``: (envelope, trustee); ``said``: round → its
    releases; ``wanted``: round → envelopes, where each is released by itself; ``entries``: act →
    index of its entry; ``witnessed``: the size of the newest tree that the quorum has seen.
    """

    parts: dict[str, dict[str, str]]
    opened: set[tuple[str, str]]
    said: dict[str, list[Release]]
    wanted: dict[str, list[str]]
    entries: dict[str, int]
    witnessed: int

    def released(self, row: Round, release: releases.Release) -> set[str]:
        """The trustees that have given their shares of what is due now."""
        wanted = self.wanted.get(row.about, ())
        return {
            one.trustee
            for one in self.said[row.about]
            if one.kind == release.kind and set(wanted) <= set(one.body["envelopes"])
        }


async def waits(rounds: Sequence[Progress], now: datetime) -> dict[str, Wait]:
    """What each of the rounds waits for at ``now``, by name; asks as often for many as for one."""
    given = await _given(rounds)
    return {one.round.about: _wait(one, given, now) for one in rounds}


async def _given(rounds: Sequence[Progress]) -> _Given:
    rows = [one.round for one in rounds]
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    given: dict[str, list[Release]] = defaultdict(list)
    told = [row.about for row in rows if row.state is State.PUBLISHED]
    for part in await Contribution.filter(round_id__in=told):
        parts[part.round_id][part.role] = part.envelope
    envelopes = [sha for by_role in parts.values() for sha in by_role.values()]
    opened: list[Any] = await BoxReport.filter(envelope_id__in=envelopes, ok=True).values_list(
        "envelope_id", "trustee"
    )
    shut = {row.about: release for row in rows if (release := released_in(row))}
    for said in await Release.filter(round_id__in=list(shut)):
        given[said.round_id].append(said)
    alone = {about for about, release in shut.items() if not release.at_once}
    decisions = [one.decision for one in rounds if one.decision and one.round.about in alone]
    wanted = await now_due(decisions)
    entries = await inputs.entry_times([row.act_id for row in rows if row.about in shut])
    seen = await latest(witnessed=True)
    return _Given(
        parts,
        set(opened),
        given,
        wanted,
        {act: index for act, (index, _) in entries.items()},
        seen.size if seen else 0,
    )


def _wait(one: Progress, given: _Given, now: datetime) -> Wait:
    row = one.round
    if release := released_in(row):
        return _shares(row, given, release)
    match row.state:
        case State.PUBLISHED:
            return _parts(row, given)
        case State.ACCEPTING:
            over = now >= row.deadline_at
            return Wait("closing") if over else Wait("deadline", until=row.deadline_at)
        case State.REVEALED:
            return _publicity(one, now)
        case _:
            return _own(one)


def _parts(row: Round, given: _Given) -> Wait:
    roles, there = row.terms["rules"]["contributors"], given.parts[row.about]
    missing = [role for role in roles if role not in there]
    if missing:
        return Wait("contribution", tuple(role.removeprefix("trustee:") for role in missing))
    ids = [role.removeprefix("trustee:") for role in roles if role != OWNER]
    sealed = there.values()
    silent = [one for one in ids if any((sha, one) not in given.opened for sha in sealed)]
    return Wait("boxes", tuple(silent)) if silent else Wait("accepting")


def _shares(row: Round, given: _Given, release: releases.Release) -> Wait:
    there = given.released(row, release)
    if len(there) >= row.terms["k"]:
        return Wait(str(row.state))
    missing = tuple(t["id"] for t in row.terms["trustees"] if t["id"] not in there)
    seen = given.witnessed > given.entries[row.act_id]
    return Wait("shares" if seen else "witness", missing)


def _own(one: Progress) -> Wait:
    """In a state that its way adds: the hour of the stage, if it has one."""
    for stage in WAYS[one.round.way].stages:
        if stage.state is one.round.state:
            return Wait(str(stage.state), until=stage.hour(one) if stage.hour else None)
    return Wait("nothing")


def _publicity(one: Progress, now: datetime) -> Wait:
    if one.judging and one.judging.accepted is None:
        return Wait("verdict" if one.judging.explanation else "explanation")
    until = one.result.publicity_until if one.result else None
    return Wait("publicity", until=until) if until and now < until else Wait("concluding")
