"""Checks 8, 9 and 12: what people and organisations signed (PROTOCOL.md §7).

Statements are CAdES-B-T, papers PAdES-B-LT with the statement inside. Score sheets have their own
check, which waits for them. Which kinds there are, and what each must say, stands in `kinds`.
"""

from datetime import timedelta

from signing.cms.verdicts import Signed
from signing.core.canonical import loads, read_instant
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.pdf import paper_check
from signing.rounds import facts
from signing.rounds.ledger_view import Act
from signing.statements import cades
from signing.statements.facts import PaperSigned
from signing.verify import kinds
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.ways.registry import WAYS

STAMPED_WITHIN = timedelta(minutes=10)


def statements_hold(case: Case, say: Verdict) -> None:
    """Check 8: every statement is signed, stamped in time, and by whom it must be."""
    named = {path for check in kinds.STATEMENTS.values() for path in check(case, say)}
    for attempt, entry in _signed_papers(case):
        kind = str(entry.facts.paper)
        body = layout.of_paper("statements", attempt.about, kind, ".json")
        seal = layout.of_paper("statements", attempt.about, kind, ".p7s")
        named |= {body, seal}
        with say.at(seal):
            data = case.archive.read(body)
            signed = cades.verify_fast(data, case.archive.read(seal), case.trust, "organisation")
            _must_be_stamped_in_time(signed, entry)
            _must_be_the_platforms(signed, case)
            say.remark(f"{body}: {signed.holder.name}")
        with say.at(body):
            if sha256(case.archive.read(body)).hex() != entry.facts.data_sha256:
                raise Refused("statement", "this is not the statement that is logged")
            kinds.paper(kind).read(loads(case.archive.read(body)))
    for path in case.archive.below("statements/"):
        say.must(path in named, path, "stray", "no entry names this statement")


def scores_hold(case: Case, say: Verdict) -> None:
    """Check 9: score versions and approvals; none of the ways that are known here has any."""
    ways = {view.must(facts.Published).facts.way for view in case.rounds}
    say.must(ways <= WAYS.keys(), "entries/", "way", "a way that is not known here")
    say.remark("none")


def papers_hold(case: Case, say: Verdict) -> None:
    """Check 12: every paper is signed to its last byte and carries just the logged statement."""
    named: set[str] = set()
    for attempt, entry in _signed_papers(case):
        kind = str(entry.facts.paper)
        path = layout.of_paper("papers", attempt.about, kind, ".pdf")
        named.add(path)
        with say.at(path):
            pdf = case.archive.read(path)
            if sha256(pdf).hex() != entry.facts.sha256:
                raise Refused("paper", "this is not the paper that is logged")
            for signed in paper_check.verify(pdf, case.trust):
                _must_be_stamped_in_time(signed, entry)
                _must_be_the_platforms(signed, case)
                say.remark(f"{path}: {signed.holder.name}")
            statement = case.archive.read(
                layout.of_paper("statements", attempt.about, kind, ".json")
            )
            if list(paper_check.attached(pdf).values()) != [statement]:
                raise Refused("attached", "the paper carries other data than the statement")
    for path in case.archive.below("papers/"):
        say.must(path in named, path, "stray", "no entry names this paper")


def papers_agree(case: Case, say: Verdict) -> None:
    """Part of check 11: every paper says what the ledger says."""
    for attempt, entry in _signed_papers(case):
        kind = str(entry.facts.paper)
        with say.at(layout.of_paper("statements", attempt.about, kind, ".json")):
            kinds.paper(kind).must_agree(attempt, attempt.statement(kind))


def _signed_papers(case: Case) -> list[tuple[Attempt, Act[PaperSigned]]]:
    return [(attempt, entry) for attempt in attempts(case) for entry in attempt.papers()]


def _must_be_stamped_in_time(signed: Signed, entry: Act[PaperSigned]) -> None:
    stamp = signed.stamp
    if stamp is None or abs(stamp.at - read_instant(entry.at)) > STAMPED_WITHIN:
        raise Refused("stamp_time", "the timestamp is not within ten minutes of its entry")


def _must_be_the_platforms(signed: Signed, case: Case) -> None:
    """Papers are the platform's: the organisation that sealed the manifest."""
    if signed.holder.name != case.seal.holder.name:
        raise Refused("signer", "signed by another organisation than the one behind the manifest")
