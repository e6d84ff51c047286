"""Reads of the rounds, filtered by ``blind``: frozen dataclasses made for a page, or plain JSON."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.audit.proofs import entry_proof
from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.selection import blind, policy
from market.selection.artifacts import paper
from market.selection.blind_audit.audits import Found, finding_of
from market.selection.deciding.inputs import entry_times, extensions
from market.selection.models import BoxReport, Contribution, Envelope, Round, TrusteeSeen
from market.selection.rules import is_overdue
from market.selection.states import State
from signing.core.canonical import instant, loads
from signing.draw.pool import position_code


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the opened round: a code, never a name."""

    code: str
    leaf: str
    price_fen: int | None
    rank: int | None
    excluded: str | None
    chosen: bool
    reserve: bool
    moved: str | None


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
class RoundPage:
    """A round as one viewer sees it now; what the viewer may not see is None."""

    about: str
    project: str
    attempt: int
    way: str
    pool: str
    state: State
    who_sees: str
    opens_at: datetime
    deadline_at: datetime
    extensions: tuple[str, ...]
    accepting: bool
    control_price_fen: int | None
    k: int
    trustees: tuple[TrusteeLine, ...]
    count: int | None
    candidates: tuple[Candidate, ...] | None
    flagged: dict[str, Any] | None
    winner: Winner | None
    publicity_until: datetime | None
    explanation: str | None
    explanation_accepted: bool | None
    failure: str | None
    failure_by: str | None
    seed: str | None
    transcript_sha256: str | None
    ranking_sha256: str | None
    published_at: datetime
    frozen_at: datetime | None
    decided_at: datetime | None
    revealed_at: datetime | None
    concluded_at: datetime | None
    may_apply: bool
    may_explain: bool
    may_judge: bool
    audit: Found | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of a project's rounds, for the list of them."""

    about: str
    number: int
    state: State
    failure: str | None


async def attempts_of(project: str) -> tuple[Attempt, ...]:
    """A project's rounds, the newest first."""
    rows = await Round.filter(project=project).order_by("-attempt")
    return tuple(Attempt(row.about, row.attempt, row.state, row.failure) for row in rows)


async def round_page(about: str, viewer: Actor, now: datetime) -> RoundPage:
    """The round as ``viewer`` sees it at ``now``; raises NOT_FOUND."""
    row = await _row(about)
    seen = blind.visible(viewer.role, row.state, row.way)
    transcript = loads(await paper(row.transcript_sha256)) if "draw" in seen else None
    prices = await _prices(row) if "prices" in seen else {}
    explaining = "explanation" in seen and viewer.organisation in {row.owner, row.winner, None}
    explaining = explaining or viewer.role is Role.REGULATOR
    given = await Contribution.filter(round_id=about).values_list("role", flat=True)
    roles = {str(role) for role in given}
    return RoundPage(
        about=about,
        project=row.project,
        attempt=row.attempt,
        way=row.way,
        pool=row.pool,
        state=row.state,
        who_sees=blind.sentence(row.state, row.pool),
        opens_at=row.opens_at,
        deadline_at=row.deadline_at,
        extensions=await extensions(about),
        accepting=row.state is State.ACCEPTING and now < row.deadline_at,
        control_price_fen=row.control_price_fen,
        k=row.terms["k"],
        trustees=await _trustees(row, roles),
        count=row.count if "count" in seen else None,
        candidates=_candidates(row, transcript, prices) if transcript else None,
        flagged=row.flagged if "far_below" in seen else None,
        winner=_winner(row, transcript) if "winner" in seen and transcript else None,
        publicity_until=row.publicity_until if "winner" in seen else None,
        explanation=row.explanation if explaining else None,
        explanation_accepted=row.explanation_accepted if "winner" in seen else None,
        failure=row.failure,
        failure_by=_party(row.failure_by),
        seed=transcript["seed"] if transcript else None,
        transcript_sha256=row.transcript_sha256 if transcript else None,
        ranking_sha256=row.ranking_sha256 if transcript else None,
        published_at=row.published_at,
        frozen_at=row.frozen_at,
        decided_at=row.decided_at,
        revealed_at=row.revealed_at,
        concluded_at=row.concluded_at,
        may_apply=policy.why_not_ask_admission(viewer, row.state, row.pool) is None
        and now < row.deadline_at,
        may_explain=policy.why_not_explain(viewer, row.winner, row.state, flagged=bool(row.flagged))
        is None
        and row.explanation_accepted is None,
        may_judge=policy.why_not_judge_explanation(
            viewer,
            row.owner,
            row.state,
            row.explanation,
            overdue=is_overdue(row.publicity_until, now, flagged=bool(row.flagged)),
        )
        is None
        and row.explanation_accepted is None,
        audit=await finding_of(row) if "winner" in seen else None,
    )


async def terms(about: str, now: datetime) -> dict[str, Any]:
    """The terms that an envelope must fit, for the client that seals."""
    row = await _row(about)
    facts = row.terms
    return {
        "v": 1,
        "about": about,
        "way": row.way,
        "pool": row.pool,
        "state": str(row.state),
        "k": facts["k"],
        "trustees": facts["trustees"],
        "opens_at": facts["opens_at"],
        "deadline_at": instant(row.deadline_at),
        "accepting": row.state is State.ACCEPTING and now < row.deadline_at,
        "control_price_fen": row.control_price_fen,
        "sizes": facts["sizes"],
        "rules": facts["rules"],
        "platform_key": facts["platform_key"],
        "now_at": instant(now),
    }


async def envelope_state(call: Call, about: str, sha256: str) -> dict[str, Any]:
    """Box reports, entry and proof of one envelope, for whoever knows its hash."""
    named = re.fullmatch(r"[0-9a-f]{64}", sha256)
    envelope = await Envelope.get_or_none(sha256=sha256, round_id=about) if named else None
    if envelope is None or envelope.kind not in {"application", "identity"}:
        raise not_found("envelope")
    reports = await BoxReport.filter(envelope_id=sha256).order_by("trustee")
    index = (await entry_times([envelope.act_id]))[envelope.act_id][0]
    proof = await entry_proof(call.tools, index)
    return {
        "envelope": sha256,
        "index": index,
        "reports": [{"trustee": r.trustee, "ok": r.ok} for r in reports],
        "entry": proof.entry.decode(),
        "checkpoint": proof.note or None,
        "proof": proof.path if proof.note else None,
        "witnessed": proof.witnessed,
    }


async def public_paper(about: str, name: str, role: Role) -> bytes:
    """Freeze, transcript or ranking, once ``role`` may see it; NOT_FOUND before."""
    row = await _row(about)
    digest = {
        "freeze": row.freeze_sha256,
        "transcript": row.transcript_sha256,
        "ranking": row.ranking_sha256,
    }[name]
    if "draw" not in blind.visible(role, row.state, row.way):
        raise not_found("paper")
    return await paper(digest)


async def _row(about: str) -> Round:
    row = await Round.get_or_none(about=about)
    if row is None:
        raise not_found("round")
    return row


def _party(role: str | None) -> str | None:
    """The key of a contributor's name; trustees are called ``trustee:<id>`` (PROTOCOL.md §6.2)."""
    return None if role is None else role.replace(":", ".") if ":" in role else f"role.{role}"


async def _trustees(row: Round, roles: set[Any]) -> tuple[TrusteeLine, ...]:
    seen = dict(await TrusteeSeen.all().values_list("trustee", "at"))
    return tuple(
        TrusteeLine(
            id=seat["id"],
            name=f"trustee.{seat['id']}",
            platform=seat["id"] == "platform",
            contributed=f"trustee:{seat['id']}" in roles,
            seen_at=seen.get(seat["id"]),
        )
        for seat in row.terms["trustees"]
    )


async def _prices(row: Round) -> dict[str, tuple[int, int]]:
    if row.ranking_sha256 is None:
        return {}
    entries = loads(await paper(row.ranking_sha256))["entries"]
    return {e["leaf"]: (rank, e["price_fen"]) for rank, e in enumerate(entries, 1)}


def _candidates(
    row: Round, transcript: dict[str, Any], prices: dict[str, tuple[int, int]]
) -> tuple[Candidate, ...]:
    moved = {m["leaf"]: m["cause"] for m in row.moves}
    found = []
    for position, item in enumerate(transcript["pool"]):
        leaf = item["leaf"]
        rank, price = prices.get(leaf, (None, None))
        found.append(
            Candidate(
                code=position_code(position),
                leaf=leaf,
                price_fen=price,
                rank=rank,
                excluded=item["record"]["excluded"],
                chosen=leaf == row.chosen,
                reserve=leaf in transcript["reserves"],
                moved=moved.get(leaf),
            )
        )
    return tuple(sorted(found, key=lambda c: (c.rank or 10**9, c.code)))


def _winner(row: Round, transcript: dict[str, Any]) -> Winner | None:
    if row.winner is None or row.winner_name is None:
        return None
    leaves = [item["leaf"] for item in transcript["pool"]]
    code = position_code(leaves.index(row.chosen))
    return Winner(row.winner, row.winner_name, code, row.winner_price_fen)
