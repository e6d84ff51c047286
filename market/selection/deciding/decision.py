"""The decision in three steps: open everything at once, judge it, decide; in one transaction.

Opening recovers what was sealed, judging says who can be chosen and by what they compare, deciding
draws and ranks. What is judged and how it is decided is the way's and the pool's. What computes
long does so in a thread: pages are served meanwhile.
"""

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.projects import steps as projects
from market.selection import stages
from market.selection.artifacts import keep_paper
from market.selection.deciding import inputs, opening
from market.selection.deciding.pools.registry import POOLS
from market.selection.deciding.released import due_at_the_hour, shares_are_in
from market.selection.deciding.step import Step
from market.selection.deciding.succession import flag_anew
from market.selection.models import Decision, Freeze, Opened, Round
from market.selection.rules import Failure
from market.selection.states import Event, State
from market.selection.steps import fail, locked, move
from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.draw.transcript import Draw, around_pool, draw
from signing.rounds import ledger_view
from signing.rounds.facts import Decided, Unsealed
from signing.ways.applications import Judged
from signing.ways.registry import way_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """The draw that was run, the ranking where the way has one, the valid prices by leaf."""

    draw: Draw
    ranking: bytes | None
    prices: Mapping[bytes, int]


@use_case
async def decide(call: Call, about: str) -> None:
    """Open, judge, decide, and log who was taken."""
    round_ = await locked(about)
    if round_.state is not State.FROZEN:
        return
    outcome = await drawn(call, round_)
    if outcome is not None:
        await _log_decision(call, round_, outcome)


async def drawn(call: Call, round_: Round) -> Outcome | None:
    """Open, judge, draw; None while shares are missing or when that ends the round. Inside a unit.

    What follows from the draw is for the step to say that logs it.
    """
    rows = await inputs.contributions(round_)
    contents = await _opened(call, round_, await due_at_the_hour(round_))
    if contents is None:
        return None
    try:
        secrets = opening.secrets_in(round_.terms["rules"], rows, contents)
    except Refused as refusal:
        role = str(refusal.facts["role"])
        await fail(call, round_, Event.NOBODY_FIT, Failure.CONTRIBUTION_BAD, role)
        return None
    judged = await POOLS[round_.pool].judge(call, round_, contents)
    outcome = await to_thread(_outcome, round_.about, round_.terms, secrets, judged)
    if outcome.draw.failed:
        await fail(call, round_, Event.NOBODY_FIT, Failure.NOBODY_FIT)
        return None
    return outcome


async def _opened(call: Call, round_: Round, due: list[str]) -> opening.Contents | None:
    """What was sealed, logged as opened; None while shares are missing."""
    shares = await inputs.shares_of(due)
    if any(len(shares.get(sha, {})) < round_.terms["k"] for sha in due):
        return None
    contents = await to_thread(opening.open_all, await inputs.envelopes_of(due), shares)
    await Opened.bulk_create(
        [Opened(envelope_id=sha, payload=data) for sha, data in contents.payloads.items()]
    )
    opens = contents.opens
    told = Unsealed(
        sha256=ledger_view.opening_digest(opens),
        count=len(opens),
        unreadable=sum(not ok for ok in opens.values()),
    )
    await ledger.record(call, told, about=round_.about)
    return contents


def _outcome(
    about: str, published: JsonObject, secrets: Sequence[JsonObject], judged: Judged
) -> Outcome:
    """The draw over who can be chosen, and the ranking of their prices where the way ranks."""
    done, way = draw(published["rules"], secrets, judged.pool), way_of(published)
    ranking = way.rank(about, done.seed, judged.prices) if way.rank else None
    return Outcome(done, ranking, judged.prices)


async def transcript_of(round_: Round, done: Draw) -> Callable[[int], Awaitable[str]]:
    """How the draw is kept once its entry's index is fixed; gives the transcript's hash.

    Inside a unit. What takes long is done now: later, others wait.
    """
    pool = await to_thread(b",".join, done.pool.items())
    freeze = await Freeze.get(round_id=round_.about)

    async def keep(index: int) -> str:
        head, tail = around_pool(
            done, freeze_index=freeze.index, freeze_sha256=freeze.sha256, result_index=index
        )
        return await keep_paper(round_, "transcript", head + pool + tail)

    return keep


async def _log_decision(call: Call, round_: Round, outcome: Outcome) -> None:
    ranked = await keep_paper(round_, "ranking", outcome.ranking) if outcome.ranking else None
    keep = await transcript_of(round_, outcome.draw)
    taken = [leaf.hex() for leaf in outcome.draw.walk.taken]
    shown = POOLS[round_.pool].shown(call.tools, round_)

    async def kept(index: int) -> Decided:
        digest = await keep(index)
        await Decision.create(
            round_id=round_.about,
            index=index,
            at=call.now,
            transcript_sha256=digest,
            ranking_sha256=ranked,
            chosen=taken[0],
        )
        return Decided(transcript=digest, ranking=ranked, taken=taken, **shown)

    leaf = outcome.draw.walk.taken[0]
    await flag_anew(call, round_, outcome.prices, leaf)
    await move(call, round_, Event.DECIDED, ledger.Late(Decided, kept))
    await projects.decided(call, round_.project, outcome.prices.get(leaf))


DECIDE = Step(stages.DECIDE, decide, given=shares_are_in)
