"""Check 6: envelopes, from the terms they were sealed under to what was inside (PROTOCOL.md §4–§6).

The rows of the freeze are derived again from uploads, withdrawals and box reports
(`freeze.must_follow`), the contents are opened again from the shares. Who may see what, and whether
a payload is a good application, is not asked here.
"""

from collections import Counter

from signing.core.canonical import JsonObject, read_instant
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.draw.contributions import role_of
from signing.log.checkpoint import COSIGNED_WITHIN
from signing.rounds import facts, freeze
from signing.rounds.intake import Upload
from signing.rounds.ledger_view import blind_commit_in
from signing.sealing import sealed
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.verify.opening import contents_hold


def envelopes_hold(case: Case, say: Verdict) -> None:
    """Check 6 for every round, and that no envelope belongs to none."""
    known: set[str] = set()
    authors: Counter[str] = Counter()
    for attempt in attempts(case):
        view = attempt.view
        with say.at(layout.entry(view.must(facts.Published).index)):
            _published(attempt)
        known |= _secrets(attempt, say)
        if view.first(facts.Frozen):
            with say.at(attempt.place("freeze")):
                _frozen(attempt)
        if attempt.applied_for and view.first(facts.Frozen):
            with say.at(attempt.place("freeze")):
                known |= _uploads(attempt, say)
                authors.update({one.author for one in attempt.uploads})
        contents_hold(attempt, say)
    for path in case.archive.below("envelopes/"):
        name = path.removeprefix("envelopes/").removesuffix(".json")
        say.must(name in known, path, "stray", "no entry and no freeze names this envelope")
    for author, count in authors.items():
        say.must(count == 1, f"author {author}", "author", "a one-time key in two rounds")
    say.remark(f"{len(known)} envelopes")


def _published(attempt: Attempt) -> None:
    case, facts, rules = attempt.case, attempt.published, attempt.view.rules
    terms = attempt.view.terms
    if (terms.k, terms.seats) != (case.anchors.k, case.anchors.seats):
        raise Refused("trustees", "published with other trustees than the keys name")
    if facts["platform_key"] != case.anchors.platform.hex():
        raise Refused("platform_key", "published with another statement key of the platform")
    subject = f"round:{layout.project_of(attempt.about)}"
    meant = rules["subject"], rules["attempt"], rules["pool"]
    if meant != (subject, layout.attempt_of(attempt.about), facts["pool"]):
        raise Refused("rules", "the rules speak of another round")


def _secrets(attempt: Attempt, say: Verdict) -> set[str]:
    """The draw secrets: sealed under the terms, and reported good before anybody could apply."""
    view, anchors = attempt.view, attempt.case.anchors
    keys = {role_of(one.id): one.ed25519 for one in anchors.trustees}
    trustees = {role for role in view.rules["contributors"] if role in keys}
    for role, name in attempt.secrets.items():
        with say.at(layout.by_hash("envelopes", name)):
            envelope = attempt.case.envelope(name)
            sealed.must_fit(envelope, view.terms)
            meant = "draw_secret", layout.attempt_of(attempt.about)
            if (envelope.kind, envelope.seq) != meant:
                raise Refused("draw_secret", "this is no secret for this attempt")
            if envelope.author != keys.get(role, envelope.author):
                raise Refused("draw_secret", "the secret is not under its trustee's key")
        if view.first(facts.Accepting) is None:
            continue
        with say.at(attempt.place("reports")):
            good = {
                role_of(body["trustee"])
                for body in attempt.reports
                if body["envelope"] == name and body["ok"]
            }
            if not trustees <= good:
                said = "not every trustee of the rules reported the secret of {role} good"
                raise Refused("reports", said, role=role)
    return set(attempt.secrets.values())


def _frozen(attempt: Attempt) -> None:
    entry, body = attempt.view.must(facts.Frozen), attempt.freeze
    data = attempt.case.archive.read(attempt.place("freeze"))
    told = entry.facts
    if sha256(data).hex() != told.sha256:
        raise Refused("freeze", "this is not the freeze that is logged")
    said = told.kind, told.root, told.standing_root
    if body.get("closed_at", attempt.view.deadline) != attempt.view.deadline:
        raise Refused("freeze", "the freeze closes at another hour than the ledger")
    if (body["kind"], *attempt.kind_of_pool.roots(body)) != said:
        raise Refused("freeze", "the freeze and its entry do not agree")


def _uploads(attempt: Attempt, say: Verdict) -> set[str]:
    case, body = attempt.case, attempt.freeze
    rows = [*attempt.accepted, *attempt.left_out]
    commits = {row["index"]: blind_commit_in(case.entry(row["index"])) for row in rows}
    known = {at: one for at, one in commits.items() if one is not None}
    freeze.must_open(body, known, attempt.way.envelopes)
    for upload in attempt.uploads:
        with say.at(layout.by_hash("envelopes", upload.envelopes[0])):
            _together(attempt, upload)
    with say.at(attempt.place("withdrawals")):
        asked = attempt.withdrawals
        with say.at(attempt.place("reports")):
            given = attempt.reports
            with say.at(attempt.place("freeze")):
                freeze.must_follow(
                    body, attempt.uploads, asked, _of(attempt, given), k=case.anchors.k
                )
    for row in attempt.accepted:
        with say.at(layout.entry(row["index"])):
            _in_time(attempt, row)
    named = {one for upload in attempt.uploads for one in upload.envelopes}
    with say.at(attempt.place("reports")):
        spoken = {body["envelope"] for body in attempt.reports}
        if not spoken <= named | set(attempt.secrets.values()):
            raise Refused("reports", "a report on an envelope that is not in the dossier")
    return named


def _of(attempt: Attempt, reports: list[JsonObject]) -> list[JsonObject]:
    secrets = set(attempt.secrets.values())
    return [body for body in reports if body["envelope"] not in secrets]


def _together(attempt: Attempt, upload: Upload) -> None:
    if tuple(one.kind for one in upload.sealed) != attempt.way.envelopes:
        raise Refused("kinds", "these are not the envelopes of an application by this way")
    if len({(one.author, one.seq) for one in upload.sealed}) != 1:
        raise Refused("authors", "envelopes of one application, not of one author and count")
    for envelope in upload.sealed:
        sealed.must_fit(envelope, attempt.view.terms)


def _in_time(attempt: Attempt, row: JsonObject) -> None:
    """The entry stood in a tree that the quorum cosigned by the hour, or a minute after it."""
    case = attempt.case
    latest = (attempt.view.closes + COSIGNED_WITHIN).timestamp()
    if any(at <= latest and size > row["index"] for size, at in case.cosigned):
        return
    if read_instant(case.entry(row["index"]).at) >= attempt.view.closes:
        raise Refused("late", "accepted although it came at or after the hour")
    raise Refused("unwitnessed", "no tree that was cosigned in time holds it")
