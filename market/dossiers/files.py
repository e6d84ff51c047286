"""The files of a dossier in their order: keys, ledger, entries, then each round's own documents."""

from collections.abc import AsyncIterator, Iterable, Iterator

from market.audit.models import LedgerEntry
from market.audit.publish import LogFolder
from market.documents import queries as documents
from market.documents.events import Tag as PaperTag
from market.dossiers.contents import Attempt, Contents
from market.dossiers.ledger import history, proofs
from market.kernel.call import Tools
from market.projects import queries as projects
from market.projects.events import Tag as ProjectTag
from market.projects.events import round_about
from market.selection.artifacts import paper
from market.selection.models import (
    BlindAudit,
    BoxReport,
    Envelope,
    Opened,
    Release,
    Share,
    Withdrawal,
)
from market.selection.publishing.project_need import need_bytes
from signing.core.canonical import JsonObject, b64, dumps
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.dossier.readme import readme
from signing.dossier.writer import opened_file
from signing.draw import moves
from signing.pki import trust_files
from signing.rounds.ledger_view import Entry

AT_ONCE = 64
File = tuple[str, bytes | Iterable[bytes]]


async def files(tools: Tools, what: Contents) -> AsyncIterator[File]:
    """Path and content of every file but the manifest and its seal."""
    yield layout.KEYS, tools.anchors.data
    yield layout.README, readme(what.project)
    for path, data in _trusted(tools):
        yield path, data
    yield layout.CHECKPOINT, what.note.encode()
    nodes = LogFolder(tools.log).nodes(what.size)
    yield layout.PROOFS, proofs(nodes, what)
    yield layout.HISTORY, dumps(await history(tools, nodes, what))
    async for path, data in _entries(what):
        yield path, data
    async for file in _needs(what):
        yield file
    async for file in _redone(what):
        yield file
    for attempt in what.attempts:
        for part in (_frozen, _envelopes, _said, _opened, _drawn, _audited):
            async for file in part(attempt):
                yield file
        async for file in _papers(tools, what, attempt.about):
            yield file
    yield layout.MEDIA, dumps([])


def _trusted(tools: Tools) -> Iterator[tuple[str, bytes]]:
    trust = tools.trust()
    body = {"v": 1, "kind": "trust", "authorities": trust_files.described(trust)}
    yield layout.TRUST_FILE, dumps(body)
    for path, data in sorted(trust_files.files(trust).items()):
        yield layout.TRUST + path, data


async def _entries(what: Contents) -> AsyncIterator[tuple[str, bytes]]:
    for some in _portions(what.indexes):
        rows = LedgerEntry.filter(index__in=some).order_by("index").values_list("index", "data")
        for index, data in await rows:
            yield layout.entry(int(index)), bytes(data)


async def _needs(what: Contents) -> AsyncIterator[File]:
    """The need of every attempt, as it was published."""
    now = await need_bytes(what.project)
    known = {sha256(now).hex(): now}
    published = [one.view.must("published") for one in what.attempts]
    for digest in sorted({str(entry.facts["need_sha256"]) for entry in published}):
        yield layout.by_hash("needs", digest), known.get(digest) or await paper(digest)


async def _redone(what: Contents) -> AsyncIterator[File]:
    """Why each further attempt was let begin, signed by the owner and maybe a regulator."""
    for entry in what.entries:
        if entry.tag != ProjectTag.RETRIED:
            continue
        failed = round_about(what.project, entry.facts["attempt"] - 1)
        said, owner, regulator = await projects.redo_signatures(entry.facts["statement"])
        files = {".json": said, ".p7s": owner, "-regulator.p7s": regulator}
        for ending, data in files.items():
            if data is not None:
                yield layout.of_paper("statements", failed, "redo", ending), data


async def _frozen(attempt: Attempt) -> AsyncIterator[File]:
    entry = attempt.view.first("frozen")
    if entry:
        yield layout.of_round("freeze", attempt.about), await paper(entry.facts["sha256"])


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


async def _released(attempt: Attempt) -> list[tuple[Entry, JsonObject]]:
    entries = {entry.facts["sha256"]: entry for entry in attempt.view.all("released")}
    rows = await Release.filter(sha256__in=list(entries))
    found = [(entries[row.sha256], row.body) for row in rows]
    return sorted(found, key=lambda one: one[0].index)


async def _opened(attempt: Attempt) -> AsyncIterator[File]:
    """Shares of the trustees that released them, and what was inside."""
    bodies = [body for _, body in await _released(attempt) if body["what"] != "audit"]
    given = [(body["trustee"], body["envelopes"]) for body in bodies]
    seats = attempt.view.must("published").facts["trustees"]
    for sha in attempt.opened:
        who = {trustee for trustee, envelopes in given if sha in envelopes}
        places = [x for x, seat in enumerate(seats, 1) if seat["id"] in who]
        rows = await Share.filter(envelope_id=sha, x__in=places).values_list("x", "share")
        shares = [(int(x), bytes.fromhex(str(share))) for x, share in rows]
        inside = (await Opened.get(envelope_id=sha)).payload
        payload = None if inside is None else b64(bytes(inside))
        yield layout.by_hash("opened", sha), opened_file(sha, shares, payload)


async def _drawn(attempt: Attempt) -> AsyncIterator[File]:
    decided = attempt.view.first("decided")
    if decided is None:
        return
    yield layout.of_round("draws", attempt.about), await paper(decided.facts["transcript"])
    gone = [entry.facts for entry in attempt.view.all("moved")]
    if gone:
        rows = [{key: facts[key] for key in ("leaf", "cause", "evidence")} for facts in gone]
        yield layout.of_round("draws", attempt.about, ".moves.json"), moves.moves(rows)
    if decided.facts["ranking"]:
        yield layout.of_round("ranking", attempt.about), await paper(decided.facts["ranking"])


async def _audited(attempt: Attempt) -> AsyncIterator[File]:
    """The regulator's order and finding; the sealed shares are the regulator's alone."""
    if attempt.view.first("audit_ordered") is None:
        return
    row = await BlindAudit.get(round_id=attempt.about)
    said = row.finding if attempt.view.first("audit_found") else None
    body = {"order": row.body, "finding": said}
    yield layout.of_round("audits", attempt.about), dumps(body)


async def _papers(tools: Tools, what: Contents, about: str) -> AsyncIterator[File]:
    """Every paper of the round that is sealed: its statement, the signature, the paper itself."""
    for entry in what.entries:
        if entry.about != about or entry.tag != PaperTag.SIGNED:
            continue
        kind = str(entry.facts["paper"])
        statement, signature = await documents.signature_of(entry.facts["code"])
        yield layout.of_paper("statements", about, kind, ".json"), statement
        yield layout.of_paper("statements", about, kind, ".p7s"), signature
        sealed = await tools.files.get(entry.facts["sha256"])
        yield layout.of_paper("papers", about, kind, ".pdf"), sealed


def _portions(many: list[int] | list[str]) -> Iterator[list[int] | list[str]]:
    return (many[start : start + AT_ONCE] for start in range(0, len(many), AT_ONCE))
