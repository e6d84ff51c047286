"""The blind audit, within check 11: ordered, obeyed, answered as it is logged (PROTOCOL.md §5.7).

Whose key gave the order is vouched for by k trustees: each pins the regulators' keys, and released
under a tree in which this order is the first. The finding is by the same key, over the envelopes of
the freeze, and its numbers add up. That it is true was for the regulator's tool to see.
"""

from signing.blind_audit.messages import digest, must_answer, read_order
from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.core.shape import must_have, nullable
from signing.dossier import layout
from signing.draw.contributions import role_of
from signing.rounds import facts
from signing.rounds.ledger_view import Act
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict

_FILE = {
    "order": lambda value: isinstance(value, dict),
    "finding": nullable(lambda value: isinstance(value, dict)),
}


def audits_hold(case: Case, say: Verdict) -> None:
    """Check 11 for every audit that was ordered; no file speaks of another."""
    named: set[str] = set()
    for attempt in attempts(case):
        ordered = attempt.view.first(facts.AuditOrdered)
        for entry in _releases(attempt):
            said = "shares were sealed for an audit that nobody ordered"
            say.must(ordered, layout.entry(entry.index), "audit_release", said)
        if ordered is not None:
            place = attempt.place("audits")
            named.add(place)
            with say.at(place):
                _audited(attempt, ordered, case.json(place), say)
    for path in case.archive.below("audits/"):
        say.must(path in named, path, "stray", "no entry orders this audit")


def _audited(
    attempt: Attempt, ordered: Act[facts.AuditOrdered], body: JsonObject, say: Verdict
) -> None:
    given = must_have("audit", body, _FILE)
    order = read_order(given["order"])
    freeze = attempt.view.must(facts.Frozen).facts.sha256
    if digest(order) != ordered.facts.order or ordered.facts.freeze != freeze:
        raise Refused("audit_order", "this is not the audit order that is logged")
    if (order["about"], order["freeze"]) != (attempt.about, freeze):
        raise Refused("audit_order", "the audit order is about another round or freeze")
    obeyed = _obeyed(attempt, ordered)
    found = attempt.view.first(facts.AuditFound)
    if (found is None) != (given["finding"] is None):
        raise Refused("finding", "the finding and its entry are not both there")
    if found is None:
        say.remark(f"{attempt.about}: a blind audit is ordered, {len(obeyed)} trustees obeyed")
        return
    finding = must_answer(given["finding"], order, (row["identity"] for row in attempt.accepted))
    if digest(finding) != found.facts.finding:
        raise Refused("finding", "this is not the finding that is logged")
    if len([index for index in obeyed.values() if index < found.index]) < attempt.case.anchors.k:
        raise Refused("finding", "found before k trustees had sealed their shares")
    say.remark(
        f"{attempt.about}: blind audit, {finding['envelopes']} envelopes, "
        f"{finding['agencies']} agencies, {len(finding['faults'])} faults"
    )


def _obeyed(attempt: Attempt, ordered: Act[facts.AuditOrdered]) -> dict[str, int]:
    """Which trustees obeyed just this order, and by which entry; refuses one who obeyed another."""
    found: dict[str, int] = {}
    identities = {row["identity"] for row in attempt.accepted}
    for entry in _releases(attempt):
        release = attempt.releases[entry.facts.sha256]
        if entry.by != role_of(entry.facts.trustee):
            raise Refused("released", "somebody else sealed shares in a trustee's name")
        if not ordered.index < release["tree_size"] <= entry.index:
            raise Refused("audit_release", "shares were sealed without this order in the tree")
        if not set(release["envelopes"]) <= identities:
            raise Refused("audit_release", "shares were sealed of what is no accepted identity")
        found[release["trustee"]] = entry.index
    return found


def _releases(attempt: Attempt) -> list[Act[facts.Released]]:
    return [one for one in attempt.view.all(facts.Released) if one.facts.kind == "audit"]
