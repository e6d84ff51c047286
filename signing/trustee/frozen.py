"""Whether a freeze holds: the first, witnessed, in time, and complete (PROTOCOL.md §4, §6.3).

Every share depends on it, so nothing about it is believed: the entry is looked up in the trustee's
own ledger copy under a checkpoint that the quorum cosigned, the document must be the one it names,
and its rows must be those that follow from the uploads, withdrawals and box reports, the trustee's
own among them. A second freeze is told, whatever is asked.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from signing.core.canonical import JsonObject, dumps, read_instant
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.log.checkpoint import Checkpoint
from signing.log.note import parse
from signing.rounds import facts, freeze, intake
from signing.rounds.admission import check_withdrawal
from signing.rounds.ledger_view import Act, RoundView
from signing.trustee.memory import Upload
from signing.trustee.trustee import Trustee
from signing.trustee.wire import checked_report
from signing.trustee.work import Evidence
from signing.ways.pools import POOLS, Pool
from signing.ways.registry import way_of
from signing.ways.way import Way


@dataclass(frozen=True)
class Frozen:
    """A freeze that holds: the round under the checkpoint, the entry, the document."""

    view: RoundView
    checkpoint: Checkpoint
    entry: Act[facts.Frozen]
    body: JsonObject

    @property
    def way(self) -> Way:
        """How is chosen."""
        return _way(self.view)

    @property
    def pool(self) -> Pool:
        """Who can be chosen under it."""
        return POOLS[self.body["kind"]]

    @property
    def accepted(self) -> list[JsonObject]:
        """The rows of those who were in time; none where the pool is not of applicants."""
        rows: list[JsonObject] = self.body.get("accepted", [])
        return rows


def judged(trustee: Trustee, evidence: Evidence, now: datetime) -> Frozen:
    """Give the freeze of a round if it holds; refuses `too_early` by the trustee's own clock."""
    about, memory = evidence.about, trustee.memory
    checkpoint = _witnessed(trustee, evidence.checkpoint)
    whole = memory.ledger.round(about)
    terms = trustee.terms_of(whole)
    for other in whole.all(facts.Frozen)[1:]:
        said = "{about}: frozen again by entry {index}"
        trustee.alarm(about, Refused("second_freeze", said, about=about, index=other.index), now)
    if now < whole.closes:
        said = "{about}: its hour is {hour}, by this trustee's clock that is not reached"
        raise Refused("too_early", said, about=about, hour=whole.deadline)
    view = memory.ledger.round(about, below=checkpoint.size)
    entry = view.must(facts.Frozen)
    if read_instant(entry.at) < view.closes:
        raise Refused("freeze_early", "{about}: frozen before its hour", about=about)
    body = _document(whole, entry, evidence.freeze)
    found = Frozen(view, checkpoint, entry, body)
    if found.pool.applied_for and memory.freeze(about) != evidence.freeze:
        _must_be_complete(trustee, found, evidence, terms.k)
    return found


def _way(view: RoundView) -> Way:
    return way_of(view.published)


def _witnessed(trustee: Trustee, text: str) -> Checkpoint:
    checkpoint = trustee.pins.anchors.witnessed(parse(text))
    ledger = trustee.memory.ledger
    if ledger.root_at(checkpoint.size) != checkpoint.root:
        said = "a checkpoint of {size} entries differs from this trustee's copy"
        evidence = (ledger.last_note(), text)
        raise Refused("fork", said, size=checkpoint.size, evidence=evidence)
    return checkpoint


def _document(whole: RoundView, entry: Act[facts.Frozen], data: bytes) -> JsonObject:
    about, digest = whole.about, sha256(data).hex()
    if digest != entry.facts.sha256:
        if digest in {other.facts.sha256 for other in whole.all(facts.Frozen)}:
            raise Refused("second_freeze", "{about}: asked under a second freeze", about=about)
        raise Refused("freeze_bytes", "{about}: this is not the freeze that is logged", about=about)
    told = entry.facts
    pool = POOLS.get(told.kind)
    if pool is None:
        raise Refused("freeze_entry", "{about}: a freeze of an unknown kind", about=about)
    body = pool.read_freeze(data, about, _way(whole).envelopes)
    said = told.kind, told.root, told.standing_root
    closed = body.get("closed_at", whole.deadline)
    if (body["kind"], *pool.roots(body), closed) != (*said, whole.deadline):
        why = "{about}: the freeze and its entry, or its hour, do not agree"
        raise Refused("freeze_entry", why, about=about)
    return body


def _must_be_complete(trustee: Trustee, found: Frozen, evidence: Evidence, k: int) -> None:
    about, body, memory = found.view.about, found.body, trustee.memory
    first, last = found.view.must(facts.Published).index, found.entry.index
    rows = [*body["accepted"], *body["left_out"]]
    blind = {row["index"]: memory.ledger.blind(row["index"]) for row in rows}
    entries = {at: one for at, one in blind.items() if one is not None and first < at < last}
    kinds = found.way.envelopes
    freeze.must_open(body, {at: commit for at, (commit, _) in entries.items()}, kinds)
    known = {one.index: one for one in memory.uploads(about)}
    shown = {at: one.envelopes for at, one in known.items()}
    freeze.must_be_complete(body, shown, kinds)
    single = [row for row in body["left_out"] if len(row["envelopes"]) == 1]
    unseen = _unseen(body, known)
    told = {row["index"] for row in (*single, *unseen)}
    if any(at not in known and at not in told for at in entries):
        said = "{about}: the freeze names envelopes that this trustee was not shown"
        raise Refused("boxes_missing", said, about=about)
    times = {at: at_text for at, (_, at_text) in entries.items()}
    uploads = [_upload(trustee, one, times[at]) for at, one in known.items()]
    asks = _withdrawals(about, single, times, evidence)
    reports = _reports(trustee, about, body["closed_at"], evidence)
    seen = body | {"left_out": [row for row in body["left_out"] if row not in unseen]}
    freeze.must_follow(seen, uploads, asks, reports, k=k)


def _unseen(body: JsonObject, known: Container[int]) -> list[JsonObject]:
    """Give the rows left out as BOX_BAD that this trustee did not report on, and cannot doubt."""
    return [
        row
        for row in body["left_out"]
        if row["reason"] == "BOX_BAD" and len(row["envelopes"]) > 1 and row["index"] not in known
    ]


def _upload(trustee: Trustee, one: Upload, at: str) -> intake.Upload:
    kept = map(trustee.memory.envelope, one.envelopes)
    sealed = tuple(envelope for envelope in kept if envelope is not None)
    if len(sealed) != len(one.envelopes):
        raise Refused("boxes_missing", "entry {index} was not shown", index=one.index)
    return intake.Upload(one.index, one.salt, at, sealed)


def _withdrawals(
    about: str, rows: list[JsonObject], times: dict[int, str], evidence: Evidence
) -> list[intake.Withdrawn]:
    given = {sha256(dumps(body)).hex(): body for body in evidence.withdrawals}
    found = []
    for row in rows:
        body = given.get(row["envelopes"][0])
        if body is None:
            said = "{about}: a withdrawal of the freeze is not shown"
            raise Refused("withdrawal_missing", said, about=about)
        check_withdrawal(body, about=about)
        index = row["index"]
        found.append(intake.Withdrawn(index, row["salt"], times[index], body))
    return found


def _reports(trustee: Trustee, about: str, closed_at: str, evidence: Evidence) -> list[JsonObject]:
    """Give the reports that were shown, and those of its own that were taken in before the hour."""
    for body in evidence.reports:
        if checked_report(body, trustee.pins.anchors)["about"] != about:
            raise Refused("report_about", "{about}: a box report of another round", about=about)
    shown = {body["signature_b64"] for body in evidence.reports}
    hour = read_instant(closed_at)
    own = [
        one.body
        for one in trustee.memory.said_about("box", about)
        if one.delivered_at is not None and read_instant(one.delivered_at) < hour
    ]
    return [*evidence.reports, *(body for body in own if body["signature_b64"] not in shown)]
