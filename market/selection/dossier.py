"""What rounds add to a dossier: needs, freeze, envelopes, what others signed, opened, drawn, found.

Every file follows from the entries under the dossier's checkpoint; nobody is named who was not
named before.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from market.kernel.call import Tools
from market.kernel.errors import not_found
from market.kernel.section import File, Section, Told
from market.selection.artifacts import paper
from market.selection.models import (
    BlindAudit,
    BoxReport,
    Envelope,
    Opened,
    Release,
    Round,
    Share,
    Withdrawal,
)
from market.selection.publishing.project_need import need_bytes
from market.selection.states import AFTER_DECISION, State
from signing.core.canonical import JsonObject, b64, dumps, loads
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.dossier.writer import opened_file
from signing.draw import moves
from signing.rounds import facts
from signing.rounds.freeze import envelopes_of
from signing.rounds.ledger_view import Act, RoundView, view
from signing.ways.registry import releases_of, way_of
from signing.ways.releases import Grounds

AT_ONCE = 64


@dataclass(frozen=True)
class Attempt:
    """One round as its entries tell it, with its freeze."""

    view: RoundView
    freeze: bytes | None

    @property
    def about(self) -> str:
        """The round's name in the ledger."""
        return self.view.about

    @cached_property
    def rows(self) -> list[JsonObject]:
        """Every row of a freeze of applicants."""
        body = loads(self.freeze) if self.freeze else {}
        return [*body.get("accepted", []), *body.get("left_out", [])]

    @property
    def secrets(self) -> list[str]:
        """The envelopes with the contributors' secrets."""
        return [entry.facts.envelope for entry in self.view.all(facts.Contributed)]

    @cached_property
    def uploads(self) -> list[str]:
        """All envelopes of every application in the freeze."""
        kinds = way_of(self.view.published).envelopes
        uploads = (envelopes_of(row, kinds) for row in self.rows)
        return sorted(one for some in uploads if len(some) > 1 for one in some)

    @property
    def withdrawals(self) -> list[str]:
        """The hashes of the withdrawals in the freeze."""
        rows = [row["envelopes"] for row in self.rows if "envelopes" in row]
        return sorted(row[0] for row in rows if len(row) == 1)

    def opened(self, records: Sequence[JsonObject]) -> list[str]:
        """What was opened so far, as the entries say, of those applied with and of ``records``."""
        accepted = [row for row in self.rows if "envelopes" not in row]
        anybody = Grounds(accepted, self.secrets, taken=records)
        known = ((one, one.envelopes(anybody)) for one in releases_of(self.view.published))
        return sorted({sha for one, some in known for sha in one.opened(self.view, some)})


async def rounds_of(project: str) -> list[str]:
    """The rounds of a project in order; NOT_FOUND until the newest is decided or has failed."""
    rows = await Round.filter(project=project).order_by("attempt").values_list("about", "state")
    if not rows or rows[-1][1] not in {*AFTER_DECISION, State.FAILED}:
        raise not_found("dossier")
    return [str(about) for about, _ in rows]


async def blind_entries(rounds: Iterable[RoundView]) -> list[int]:
    """The entries that tell of no round, but whose rounds the freezes tell."""
    attempts = [await _attempt_of(one) for one in rounds]
    return sorted(row["index"] for one in attempts for row in one.rows)


async def _attempt_of(found: RoundView) -> Attempt:
    """The round with its freeze, once it has one."""
    frozen = found.first(facts.Frozen)
    return Attempt(found, await paper(frozen.facts.sha256) if frozen else None)


async def needs(tools: Tools, told: Told, _about: str) -> AsyncIterator[File]:
    """The need of every attempt, as it was published, and every file that one of them names."""
    now = await need_bytes(told.project)
    known = {sha256(now).hex(): now}
    kind = facts.Published
    published = [kind.heard(one.facts) for one in told.entries if one.tag == kind.tag]
    files: dict[str, str] = {}
    for digest in sorted({one.need_sha256 for one in published}):
        need = known.get(digest) or await paper(digest)
        rows = loads(need).get("attachments", [])
        files |= {layout.attachment(row["sha256"], row["kind"]): row["sha256"] for row in rows}
        yield layout.by_hash("needs", digest), need
    for path, digest in sorted(files.items()):
        yield path, await tools.files.get(digest)


async def whole_round(_tools: Tools, told: Told, about: str) -> AsyncIterator[File]:
    """Everything of one round but its papers."""
    attempt = await _attempt_of(view(about, told.entries))
    if attempt.freeze:
        yield layout.of_round("freeze", about), attempt.freeze
    for part in (_published, _envelopes, _said, _opened, _drawn, _audited):
        async for file in part(attempt):
            yield file


async def _published(attempt: Attempt) -> AsyncIterator[File]:
    """What the owner signed to publish it, where it did."""
    told = attempt.view.must(facts.Published).facts
    if told.owner is not None:
        for ending, digest in ((".json", told.statement), (".p7s", told.owner["cms_sha256"])):
            path = layout.of_paper("statements", attempt.about, "publication", ending)
            yield path, await paper(digest)


async def _envelopes(attempt: Attempt) -> AsyncIterator[File]:
    for some in _portions(sorted({*attempt.secrets, *attempt.uploads})):
        for row in await Envelope.filter(sha256__in=some).order_by("sha256"):
            yield layout.by_hash("envelopes", row.sha256), bytes(row.data)


async def _said(attempt: Attempt) -> AsyncIterator[File]:
    """Box reports that counted, withdrawals, releases: what others signed."""
    rows = BoxReport.filter(envelope_id__in=[*attempt.secrets, *attempt.uploads], counted=True)
    reports = await rows.order_by("envelope_id", "trustee").values_list("body", flat=True)
    yield layout.of_round("reports", attempt.about), dumps(list(reports))
    asked = await Withdrawal.filter(sha256__in=attempt.withdrawals).order_by("sha256")
    yield layout.of_round("withdrawals", attempt.about), dumps([row.body for row in asked])
    bodies = [body for _, body in await _released(attempt)]
    yield layout.of_round("releases", attempt.about), dumps(bodies)


async def _released(attempt: Attempt) -> list[tuple[Act[facts.Released], JsonObject]]:
    entries = {entry.facts.sha256: entry for entry in attempt.view.all(facts.Released)}
    rows = await Release.filter(sha256__in=list(entries))
    found = [(entries[row.sha256], row.body) for row in rows]
    return sorted(found, key=lambda one: one[0].index)


async def _opened(attempt: Attempt) -> AsyncIterator[File]:
    """Shares of the trustees that released them, and what was inside."""
    bodies = [body for _, body in await _released(attempt) if body["what"] != "audit"]
    given = [(body["trustee"], body["envelopes"]) for body in bodies]
    seats = attempt.view.must(facts.Published).facts.trustees
    for sha in attempt.opened(await _records(attempt)):
        who = {trustee for trustee, envelopes in given if sha in envelopes}
        places = [x for x, seat in enumerate(seats, 1) if seat["id"] in who]
        rows = await Share.filter(envelope_id=sha, x__in=places).values_list("x", "share")
        shares = [(int(x), bytes.fromhex(str(share))) for x, share in rows]
        inside = (await Opened.get(envelope_id=sha)).payload
        payload = None if inside is None else b64(bytes(inside))
        yield layout.by_hash("opened", sha), opened_file(sha, shares, payload)


async def _records(attempt: Attempt) -> list[JsonObject]:
    """What was drawn from, where agencies applied."""
    decided = attempt.view.first(facts.Decided)
    if decided is None or not attempt.rows:
        return []
    pool = loads(await paper(decided.facts.transcript))["pool"]
    return [item["record"] for item in pool]


async def _drawn(attempt: Attempt) -> AsyncIterator[File]:
    decided = attempt.view.first(facts.Decided)
    if decided is None:
        return
    yield layout.of_round("draws", attempt.about), await paper(decided.facts.transcript)
    gone = [act.facts for act in attempt.view.all(facts.Moved)]
    if gone:
        rows = [{"leaf": one.leaf, "cause": one.cause, "evidence": one.evidence} for one in gone]
        yield layout.of_round("draws", attempt.about, ".moves.json"), moves.moves(rows)
    if decided.facts.ranking:
        yield layout.of_round("ranking", attempt.about), await paper(decided.facts.ranking)


async def _audited(attempt: Attempt) -> AsyncIterator[File]:
    """The regulator's order and finding; the sealed shares are the regulator's alone."""
    if attempt.view.first(facts.AuditOrdered) is None:
        return
    row = await BlindAudit.get(round_id=attempt.about)
    said = row.finding if attempt.view.first(facts.AuditFound) else None
    body = {"order": row.body, "finding": said}
    yield layout.of_round("audits", attempt.about), dumps(body)


def _portions(many: list[str]) -> Iterator[list[str]]:
    return (many[start : start + AT_ONCE] for start in range(0, len(many), AT_ONCE))


SECTIONS: Final = (Section("project", needs), Section("round", whole_round))
