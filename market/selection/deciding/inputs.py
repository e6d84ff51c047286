"""What came in for a round, read back in the shapes that ``signing`` reasons about. Reads only."""

from collections import defaultdict
from typing import Any

from tortoise.queryset import QuerySet

from market.audit.models import LedgerEntry
from market.selection.artifacts import paper
from market.selection.events import Tag
from market.selection.models import (
    BoxReport,
    Contribution,
    Decision,
    Envelope,
    Freeze,
    Release,
    Round,
    Share,
    Submission,
    Withdrawal,
)
from signing.core.canonical import JsonObject, instant, loads
from signing.rounds.intake import Upload, Withdrawn
from signing.sealing import sealed
from signing.ways.registry import WAYS


async def envelopes_of(hashes: list[str]) -> dict[str, sealed.Envelope]:
    """Stored envelopes by hash; their bytes were checked when they came."""
    return {sha: stored(data) for sha, data in (await bytes_of(hashes)).items()}


async def bytes_of(hashes: list[str]) -> dict[str, bytes]:
    """The bytes of stored envelopes, by hash."""
    rows = await Envelope.filter(sha256__in=hashes).values_list("sha256", "data")
    return {str(sha): bytes(data) for sha, data in rows}


def stored(data: bytes) -> sealed.Envelope:
    """An envelope of ours, without checking its signature again."""
    return sealed.Envelope(data, loads(data))


async def entry_times(tokens: list[str]) -> dict[str, tuple[int, str]]:
    """Token → (ledger index, time) of committed entries."""
    rows = await LedgerEntry.filter(token__in=tokens).values_list("token", "index", "at")
    return {str(t): (int(i), instant(at)) for t, i, at in rows}


async def last_index(round_: Round) -> int:
    """The index of the round's newest entry, such as its decision or a move."""
    return (await entry_times([round_.act_id]))[round_.act_id][0]


async def newest_time(about: str, tag: str) -> str | None:
    """The time of the round's newest entry with this tag: the ledger's, which may lie behind ours.

    Its times never go back, so an entry may be later than the act that it tells of.
    """
    row = await LedgerEntry.filter(about=about, tag=tag).order_by("-index").first()
    return instant(row.at) if row else None


async def extensions(about: str) -> tuple[str, ...]:
    """Why the round's deadline was moved, once for each time."""
    rows = await LedgerEntry.filter(about=about, tag=Tag.EXTENDED).order_by("index")
    return tuple(loads(bytes(row.data))["facts"]["reason"] for row in rows)


async def uploads(round_: Round) -> list[Upload]:
    """Every upload of the round with its blind entry."""
    rows = await Submission.filter(round_id=round_.about)
    times = await entry_times([row.act_id for row in rows])
    kinds = WAYS[round_.way].envelopes
    kept = Envelope.filter(round_id=round_.about, kind__in=list(kinds))
    found: list[Any] = await kept.values_list("author", "seq", "kind", "data")
    data = {(author, seq, kind): bytes(each) for author, seq, kind, each in found}
    return [
        Upload(
            times[row.act_id][0],
            row.salt,
            times[row.act_id][1],
            tuple(stored(data[row.author, row.seq, kind]) for kind in kinds),
        )
        for row in rows
    ]


async def withdrawals(round_: Round) -> list[Withdrawn]:
    """Every withdrawal of the round with its blind entry."""
    rows = await Withdrawal.filter(round_id=round_.about)
    times = await entry_times([row.act_id for row in rows])
    return [
        Withdrawn(times[row.act_id][0], row.salt, times[row.act_id][1], row.body) for row in rows
    ]


async def reports(round_: Round) -> list[Any]:
    """The box reports on envelopes of uploads that came before the freeze, as signed."""
    rows = await _on_uploads(round_).filter(counted=True).values_list("body", flat=True)
    return list(rows)


async def all_reported(round_: Round, seats: int) -> bool:
    """Whether every trustee has spoken on every upload, so that waiting longer is of no use."""
    kinds = list(WAYS[round_.way].envelopes)
    wanted = await Envelope.filter(round_id=round_.about, kind__in=kinds).count()
    given = await _on_uploads(round_).count()
    return given >= wanted * seats


def _on_uploads(round_: Round) -> QuerySet[BoxReport]:
    kinds = list(WAYS[round_.way].envelopes)
    return BoxReport.filter(envelope__round_id=round_.about, envelope__kind__in=kinds)


async def contributions(round_: Round) -> list[JsonObject]:
    """Rows {role, commit, envelope, index} as logged."""
    rows = await Contribution.filter(round_id=round_.about).order_by("role")
    times = await entry_times([row.act_id for row in rows])
    return [
        {
            "role": row.role,
            "commit": row.commit,
            "envelope": row.envelope,
            "index": times[row.act_id][0],
        }
        for row in rows
    ]


async def frozen(about: str) -> JsonObject:
    """The freeze document of a round that has one."""
    freeze = await Freeze.get(round_id=about)
    body: JsonObject = loads(await paper(freeze.sha256))
    return body


async def drawn(about: str) -> JsonObject:
    """The transcript of a round that is decided."""
    decision = await Decision.get(round_id=about)
    body: JsonObject = loads(await paper(decision.transcript_sha256))
    return body


async def shares_of(hashes: list[str]) -> dict[str, dict[int, bytes]]:
    """Envelope → {x: share}."""
    found: dict[str, dict[int, bytes]] = defaultdict(dict)
    rows = await Share.filter(envelope_id__in=hashes).values_list("envelope_id", "x", "share")
    for envelope, x, share in rows:
        found[str(envelope)][int(x)] = bytes.fromhex(str(share))
    return found


async def released(round_: Round, kind: str, envelopes: list[str] | None = None) -> list[str]:
    """The trustees that have released ``kind``; of an identity, of just these envelopes."""
    rows = await Release.filter(round_id=round_.about, kind=kind)
    return [
        row.trustee
        for row in rows
        if envelopes is None or set(envelopes) <= set(row.body["envelopes"])
    ]
