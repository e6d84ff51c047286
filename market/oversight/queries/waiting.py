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
from market.selection.deciding.reveal import chosen_records
from market.selection.models import BoxReport, Contribution, Release, Round
from market.selection.progress import Progress
from market.selection.states import State
from market.selection.ways.registry import WAYS
from signing.draw.contributions import OWNER
from signing.ways.pools import POOLS


@dataclass(frozen=True, slots=True)
class Wait:
    """``key`` names the sentence; ``on``: ids of trustees (or ``owner``) that are missing."""

    key: str
    on: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """What is there already for some rounds.

    ``parts``: round → role → envelope; ``opened``: (envelope, trustee); ``releases``: round → its
    releases; ``chosen``: round → envelope of the identity; ``entries``: act → index of its entry;
    ``witnessed``: the size of the newest tree that the quorum has seen.
    """

    parts: dict[str, dict[str, str]]
    opened: set[tuple[str, str]]
    releases: dict[str, list[Release]]
    chosen: dict[str, str]
    entries: dict[str, int]
    witnessed: int

    def released(self, row: Round, kind: str, envelope: str | None = None) -> set[str]:
        """The trustees that have released ``kind``; of an identity, of just this envelope."""
        return {
            one.trustee
            for one in self.releases[row.about]
            if one.kind == kind and (envelope is None or envelope in one.body["envelopes"])
        }


async def waits(rounds: Sequence[Progress], now: datetime) -> dict[str, Wait]:
    """What each of the rounds waits for at ``now``, by name; asks as often for many as for one."""
    given = await _given(rounds)
    return {one.round.about: _wait(one, given, now) for one in rounds}


async def _given(rounds: Sequence[Progress]) -> _Given:
    rows = [one.round for one in rounds]
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    releases: dict[str, list[Release]] = defaultdict(list)
    told = [row.about for row in rows if row.state is State.PUBLISHED]
    for part in await Contribution.filter(round_id__in=told):
        parts[part.round_id][part.role] = part.envelope
    envelopes = [sha for by_role in parts.values() for sha in by_role.values()]
    opened: list[Any] = await BoxReport.filter(envelope_id__in=envelopes, ok=True).values_list(
        "envelope_id", "trustee"
    )
    decided = [row for row in rows if _has_identity(row)]
    shut = [row for row in rows if row.state is State.FROZEN or row in decided]
    for release in await Release.filter(round_id__in=[row.about for row in shut]):
        releases[release.round_id].append(release)
    decisions = [one.decision for one in rounds if one.decision and one.round in decided]
    records = await chosen_records(decisions)
    entries = await inputs.entry_times([row.act_id for row in decided])
    seen = await latest(witnessed=True)
    return _Given(
        parts,
        set(opened),
        releases,
        {about: record["identity"] for about, record in records.items()},
        {act: index for act, (index, _) in entries.items()},
        seen.size if seen else 0,
    )


def _has_identity(row: Round) -> bool:
    return row.state is State.DECIDED and POOLS[row.pool].applied_for


def _wait(one: Progress, given: _Given, now: datetime) -> Wait:
    row = one.round
    match row.state:
        case State.PUBLISHED:
            return _parts(row, given)
        case State.ACCEPTING:
            over = now >= row.deadline_at
            return Wait("closing") if over else Wait("deadline", until=row.deadline_at)
        case State.FROZEN:
            there = given.released(row, "application")
            return _shares(row, given, there, one.freeze.index if one.freeze else 0, "deciding")
        case State.DECIDED:
            return _identity(row, given)
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


def _identity(row: Round, given: _Given) -> Wait:
    if not _has_identity(row):
        return Wait("revealing")
    there = given.released(row, "identity", given.chosen[row.about])
    return _shares(row, given, there, given.entries[row.act_id], "revealing")


def _shares(row: Round, given: _Given, there: set[str], above: int, done: str) -> Wait:
    if len(there) >= row.terms["k"]:
        return Wait(done)
    missing = tuple(t["id"] for t in row.terms["trustees"] if t["id"] not in there)
    return Wait("shares" if given.witnessed > above else "witness", missing)


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
