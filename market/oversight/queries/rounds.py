"""One round as an index of its dossier: what happened, who said what, which papers there are."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.audit.models import LedgerEntry
from market.audit.publish import latest
from market.documents.queries import PaperCard, papers_of
from market.kernel.actors import Actor
from market.kernel.errors import not_found
from market.oversight import policy
from market.selection import blind, progress
from market.selection.artifacts import paper
from market.selection.deciding import inputs
from market.selection.models import BoxReport, Decision, Freeze, Release, Round
from market.selection.waiting import Awaited, awaited
from signing.core.canonical import loads
from signing.draw.pool import position_code
from signing.ways.registry import WAYS


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the ledger: the tail of its tag, who, and the public facts it fixed."""

    index: int
    at: datetime
    tag: str
    by: str
    facts: dict[str, Any]
    witnessed: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """What one trustee said of the envelopes before the freeze; ``late`` came after it."""

    trustee: str
    good: int
    bad: int
    late: int


@dataclass(frozen=True, slots=True)
class Released:
    """One release: for how many envelopes, and where in the ledger."""

    trustee: str
    kind: str
    envelopes: int
    index: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MovedOn:
    """A code that fell away, and why."""

    code: str
    cause: str


@dataclass(frozen=True, slots=True)
class RoundIndex:
    """The index. ``reports`` is None while nobody may know how many envelopes there are."""

    about: str
    region: str
    timeline: tuple[Happened, ...]
    reports: tuple[Reported, ...] | None
    releases: tuple[Released, ...]
    moves: tuple[MovedOn, ...]
    papers: tuple[PaperCard, ...]
    documents: dict[str, str]


async def overseen(about: str, actor: Actor) -> Round:
    """The round, when it lies in a region that ``actor`` oversees; else NOT_FOUND."""
    row = await Round.get_or_none(about=about)
    if row is None or not policy.oversees(actor, row.region):
        raise not_found("round")
    return row


async def wait_of(about: str, now: datetime) -> Awaited:
    """What the round waits for at ``now``."""
    return (await awaited([await progress.of(await Round.get(about=about))], now))[about]


async def round_index(about: str, actor: Actor) -> RoundIndex:
    """The index of one round as ``actor`` sees it."""
    row = await overseen(about, actor)
    seen = blind.visible(actor.role, row.state, row.way)
    freeze = await Freeze.get_or_none(round_id=about) if "count" in seen else None
    decision = await Decision.get_or_none(round_id=about)
    drawn = decision if "draw" in seen else None
    named = {
        "freeze": freeze.sha256 if freeze else None,
        "transcript": drawn.transcript_sha256 if drawn else None,
        "ranking": drawn.ranking_sha256 if drawn else None,
    }
    return RoundIndex(
        about=about,
        region=row.region,
        timeline=await _timeline(about),
        reports=await _reports(row) if "count" in seen else None,
        releases=await _releases(row) if "count" in seen else (),
        moves=await _moves(drawn) if drawn else (),
        papers=tuple(await papers_of([about])),
        documents={name: sha for name, sha in named.items() if sha},
    )


async def _timeline(about: str) -> tuple[Happened, ...]:
    rows = await LedgerEntry.filter(about=about).order_by("index")
    witnessed = await latest(witnessed=True)
    top = witnessed.size if witnessed else 0
    found = []
    for row in rows:
        body = loads(bytes(row.data))
        found.append(
            Happened(row.index, row.at, row.tag, body["by"], body["facts"], row.index < top)
        )
    return tuple(found)


async def _reports(row: Round) -> tuple[Reported, ...]:
    rows = await BoxReport.filter(
        envelope__round_id=row.about, envelope__kind__in=list(WAYS[row.way].envelopes)
    ).values_list("trustee", "ok", "counted")
    tally = Counter((str(who), _word(bool(ok), bool(counted))) for who, ok, counted in rows)
    ids = [str(one["id"]) for one in row.terms["trustees"]]
    return tuple(Reported(t, *(tally[t, word] for word in ("good", "bad", "late"))) for t in ids)


def _word(ok: bool, counted: bool) -> str:
    return ("good" if ok else "bad") if counted else "late"


async def _releases(row: Round) -> tuple[Released, ...]:
    rows = await Release.filter(round_id=row.about)
    times = await inputs.entry_times([one.act_id for one in rows])
    found = [
        Released(
            one.trustee, one.kind, len(one.body["envelopes"]), times[one.act_id][0], one.sha256
        )
        for one in rows
    ]
    return tuple(sorted(found, key=lambda one: one.index))


async def _moves(decision: Decision) -> tuple[MovedOn, ...]:
    if not decision.moves:
        return ()
    pool = loads(await paper(decision.transcript_sha256))["pool"]
    places = {item["leaf"]: number for number, item in enumerate(pool)}
    return tuple(MovedOn(position_code(places[m["leaf"]]), m["cause"]) for m in decision.moves)
