"""What trustees give their shares of in a round, and on which grounds of ours. Reads only.

Which there are is the table of the way (``signing.ways.releases``); a ground that a way adds is a
function more in ``GROUNDS``.
"""

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from market.audit.publish import witnessed_note
from market.selection.artifacts import paper, papers
from market.selection.deciding import inputs
from market.selection.deciding.pools.registry import POOLS
from market.selection.models import Decision, Freeze, Release, Round
from market.selection.progress import Progress
from market.selection.ways.registry import WAYS
from signing.core.canonical import JsonObject, loads
from signing.core.facts import Facts
from signing.ways import releases
from signing.ways.registry import releases_of
from signing.ways.releases import APPLICATION, IDENTITY, Grounds


@dataclass(frozen=True, slots=True)
class Ground:
    """Why shares are given: the index of the entry that they rest on, the envelopes they open."""

    index: int
    envelopes: frozenset[str]


def released_in(round_: Round) -> releases.Release | None:
    """What is released in the state in which the round is: the one to which its ground has led."""
    leads = (each for stage in WAYS[round_.way].stages for each in stage.leads.values())
    here = {told for state, told in leads if state is round_.state}
    return next((one for one in releases_of(round_.terms) if one.ground in here), None)


async def shares_are_in(one: Progress) -> bool:
    """Whether k trustees have given their shares of everything that is due in this state."""
    round_, k = one.round, int(one.round.terms["k"])
    release = released_in(round_)
    if release is None:  # nothing to release, yet nobody acts unwitnessed
        return await witnessed_note(await inputs.last_index(round_)) is not None
    given = Release.filter(round_id=round_.about, kind=release.kind)
    if len({*await given.values_list("trustee", flat=True)}) < k:  # asked at every beat
        return False
    names = await _due(round_, release)
    shares = await inputs.shares_of(names)
    return bool(names) and all(len(shares.get(sha, {})) >= k for sha in names)


async def givers(rounds: Sequence[Progress]) -> dict[str, set[str]]:
    """Round → the trustees that gave their shares of all that is due in its state, if anything is.

    Asks as often for many as for one.
    """
    due = {one.round.about: release for one in rounds if (release := released_in(one.round))}
    alone = {about for about, release in due.items() if not release.at_once}
    chosen = [one.decision for one in rounds if one.decision and one.round.about in alone]
    wanted = await now_due(chosen)
    found: dict[str, set[str]] = {about: set() for about in due}
    for said in await Release.filter(round_id__in=list(due)):
        about = said.round_id
        whole = {*wanted.get(about, ())} <= {*said.body["envelopes"]}
        if whole and said.kind == due[about].kind:
            found[about].add(said.trustee)
    return found


async def _due(round_: Round, release: releases.Release) -> list[str]:
    if release.at_once:
        ground = await ground_of(round_, release)
        return sorted(ground.envelopes) if ground else []
    return release.envelopes(Grounds(taken=[await chosen_record(round_.about)]))


async def now_due(decisions: Sequence[Decision]) -> dict[str, list[str]]:
    """Round → the envelopes of who is chosen now, where each is released by itself."""
    records = await chosen_records(decisions)
    return {about: IDENTITY.envelopes(Grounds(taken=[one])) for about, one in records.items()}


async def chosen_record(about: str) -> JsonObject:
    """The record of the leaf that is chosen now."""
    decision = await Decision.get(round_id=about)
    return (await chosen_records([decision]))[about]


async def chosen_records(decisions: Sequence[Decision]) -> dict[str, JsonObject]:
    """The same of several decided rounds, by name."""
    data = await papers([one.transcript_sha256 for one in decisions])
    return {
        one.round_id: await to_thread(_record, data[one.transcript_sha256], one.chosen)
        for one in decisions
    }


def _record(transcript: bytes, leaf: str | None) -> JsonObject:
    item = next(item for item in loads(transcript)["pool"] if item["leaf"] == leaf)
    record: JsonObject = item["record"]
    return record


async def ground_of(round_: Round, release: releases.Release) -> Ground | None:
    """None while nothing of the kind is due."""
    known = await GROUNDS[release.ground](round_)
    return known and Ground(known[0], frozenset(release.envelopes(known[1])))


async def due_at_the_hour(round_: Round) -> list[str]:
    """The envelopes that are opened together: every accepted application, every draw secret."""
    return APPLICATION.envelopes(await _frozen(round_))


async def _frozen(round_: Round) -> Grounds:
    """What the freeze of a round says by itself."""
    secrets = [row["envelope"] for row in await inputs.contributions(round_)]
    return Grounds(await POOLS[round_.pool].accepted(round_), secrets)


async def _at_the_hour(round_: Round) -> tuple[int, Grounds] | None:
    freeze = await Freeze.get_or_none(round_id=round_.about)
    return None if freeze is None else (freeze.index, await _frozen(round_))


async def _once_decided(round_: Round) -> tuple[int, Grounds] | None:
    """With who is chosen and all who fell away."""
    decision = await Decision.get_or_none(round_id=round_.about)
    if decision is None:
        return None
    leaves = {decision.chosen, *(row["leaf"] for row in decision.moves)}
    transcript = await paper(decision.transcript_sha256)
    pool = (await to_thread(loads, transcript))["pool"]
    records = [one["record"] for one in pool if one["leaf"] in leaves]
    return decision.index, Grounds(taken=records)


# Each gives the index of its act, and what is known by then.
GROUNDS: Final[Mapping[type[Facts], Callable[[Round], Awaitable[tuple[int, Grounds] | None]]]] = {
    APPLICATION.ground: _at_the_hour,
    IDENTITY.ground: _once_decided,
}
