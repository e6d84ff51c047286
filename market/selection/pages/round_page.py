"""Reads of the rounds, filtered by ``blind``: frozen dataclasses made for a page, or plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.kernel.actors import Actor
from market.kernel.errors import not_found
from market.selection import blind, policy, progress
from market.selection.artifacts import paper
from market.selection.deciding.inputs import extensions
from market.selection.models import Contribution, Round, TrusteeSeen
from market.selection.pages.decision import Decision, opened
from market.selection.progress import Progress
from market.selection.rules import is_overdue
from market.selection.states import RoundState, State
from market.selection.waiting import Awaited, awaited
from market.selection.ways.registry import WAYS
from signing.core.canonical import loads
from signing.draw.pool import position_code
from signing.ways.pools import POOLS


@dataclass(frozen=True, slots=True)
class Winner:
    """Who was chosen, after the reveal."""

    agency: str
    name: str
    code: str
    price_fen: int | None


@dataclass(frozen=True, slots=True)
class TrusteeLine:
    """One trustee on the round's page: has it put in its part, when was it last seen."""

    id: str
    name: str
    platform: bool
    contributed: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignUp:
    """Until the deadline: when it is, why it moved, whether it is still to come."""

    deadline_at: datetime
    extensions: tuple[str, ...]
    accepting: bool


@dataclass(frozen=True, slots=True)
class Clarification:
    """What of the result must be explained: why, what the winner says, what the owner says."""

    flagged: dict[str, Any] | None
    explanation: str | None
    accepted: bool | None
    may_explain: bool
    may_judge: bool


@dataclass(frozen=True, slots=True)
class Result:
    """Who was chosen, and how long the public may object."""

    winner: Winner
    publicity_until: datetime | None


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A round as one viewer sees it now, step by step; what the viewer may not see is None.

    ``path``: the states on its way; ``times``: when each was reached, the deadline for
    ``accepting``; ``count``: how many applied, or can be drawn.
    """

    about: str
    project: str
    attempt: int
    way: str
    pool: str
    item: str
    applied_for: bool
    state: RoundState
    who_sees: str
    control_price_fen: int | None
    awaited: Awaited
    path: tuple[RoundState, ...]
    times: Mapping[str, datetime | None]
    k: int
    trustees: tuple[TrusteeLine, ...]
    sign_up: SignUp
    count: int | None
    decision: Decision | None
    clarification: Clarification
    result: Result | None
    failure: str | None
    failure_by: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of a project's rounds, for the list of them."""

    about: str
    number: int
    state: RoundState
    failure: str | None


async def attempts_of(project: str) -> tuple[Attempt, ...]:
    """A project's rounds, the newest first."""
    rows = await Round.filter(project=project).order_by("-attempt")
    return tuple(Attempt(row.about, row.attempt, row.state, row.failure) for row in rows)


async def round_page(about: str, viewer: Actor, now: datetime) -> RoundPage:
    """The round as ``viewer`` sees it at ``now``; raises NOT_FOUND."""
    one = await progress.of(await round_of(about))
    round_, freeze, decision = one.round, one.freeze, one.decision
    seen = blind.visible(viewer.role, round_.state, round_.way)
    shown = decision if "draw" in seen else None
    transcript = loads(await paper(shown.transcript_sha256)) if shown else None
    given = await Contribution.filter(round_id=about).values_list("role", flat=True)
    return RoundPage(
        about=about,
        project=round_.project,
        attempt=round_.attempt,
        way=round_.way,
        pool=round_.pool,
        item=round_.item,
        applied_for=POOLS[round_.pool].applied_for,
        state=round_.state,
        who_sees=blind.sentence(round_.state, round_.pool),
        control_price_fen=round_.control_price_fen,
        awaited=(await awaited([one], now))[about],
        path=WAYS[round_.way].path,
        times=one.times,
        k=round_.terms["k"],
        trustees=await _trustees(round_, {str(role) for role in given}),
        sign_up=await _sign_up(round_, now),
        count=freeze.count if freeze and "count" in seen else None,
        decision=await opened(shown, transcript, seen) if shown and transcript else None,
        clarification=_clarification(one, viewer, now, seen),
        result=await _result(one, transcript) if transcript and "winner" in seen else None,
        failure=round_.failure,
        failure_by=_party(round_.failure_by),
    )


async def round_of(about: str) -> Round:
    """The round of that name; raises NOT_FOUND."""
    round_ = await Round.get_or_none(about=about)
    if round_ is None:
        raise not_found("round")
    return round_


async def _sign_up(round_: Round, now: datetime) -> SignUp:
    in_time = now < round_.deadline_at
    return SignUp(
        deadline_at=round_.deadline_at,
        extensions=await extensions(round_.about),
        accepting=round_.state is State.ACCEPTING and in_time,
    )


def _clarification(
    one: Progress, viewer: Actor, now: datetime, seen: frozenset[str]
) -> Clarification:
    round_, asked, result = one.round, one.clarification, one.result
    winner, until = (result.winner, result.publicity_until) if result else (None, None)
    said, accepted = (asked.explanation, asked.accepted) if asked else (None, None)
    told = policy.is_explained_to(viewer, round_.owner, winner, round_.region)
    overdue = is_overdue(until, now, flagged=one.is_flagged)
    explain = policy.why_not_explain(viewer, winner, round_.state, accepted, flagged=one.is_flagged)
    judge = policy.why_not_judge_explanation(
        viewer, round_.owner, round_.state, said, accepted, overdue=overdue
    )
    return Clarification(
        flagged=asked.flagged if asked and "far_below" in seen else None,
        explanation=said if told and "explanation" in seen else None,
        accepted=accepted if "winner" in seen else None,
        may_explain=explain is None,
        may_judge=judge is None,
    )


async def _result(one: Progress, transcript: dict[str, Any]) -> Result | None:
    result, decision = one.result, one.decision
    if result is None or decision is None:
        return None
    leaves = [item["leaf"] for item in transcript["pool"]]
    code = position_code(leaves.index(decision.chosen))
    winner = Winner(result.winner, result.winner_name, code, result.price_fen)
    return Result(winner, result.publicity_until)


def _party(role: str | None) -> str | None:
    """The key of a contributor's name; trustees are called ``trustee:<id>`` (PROTOCOL.md §6.2)."""
    return None if role is None else role.replace(":", ".") if ":" in role else f"role.{role}"


async def _trustees(round_: Round, roles: set[Any]) -> tuple[TrusteeLine, ...]:
    seen = dict(await TrusteeSeen.all().values_list("trustee", "at"))
    return tuple(
        TrusteeLine(
            id=seat["id"],
            name=f"trustee.{seat['id']}",
            platform=seat["id"] == "platform",
            contributed=f"trustee:{seat['id']}" in roles,
            seen_at=seen.get(seat["id"]),
        )
        for seat in round_.terms["trustees"]
    )
