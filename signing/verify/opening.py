"""The opening, within check 6: shares, contents, who was opened and who must not have been.

The set of what opens is one hash in the ledger, fixed before anything was decrypted; whichever k
trustees answered, the same envelopes open (PROTOCOL.md §4). Of identities only those who were ever
taken may be open (§5.5).
"""

from signing.core.canonical import JsonObject, unhex
from signing.core.errors import Refused
from signing.dossier import layout
from signing.rounds import facts
from signing.rounds.ledger_view import Act, opening_digest
from signing.verify.attempt import Attempt
from signing.verify.faults import Verdict
from signing.verify.grounds import GROUNDS
from signing.ways.registry import releases_of


def contents_hold(attempt: Attempt, say: Verdict) -> None:
    """Everything that had to be opened was, nothing else, and by released shares alone."""
    with say.at(attempt.place("releases")):
        _releases(attempt, say)
    due: set[str] = set()
    for release in releases_of(attempt.published):
        if ground := attempt.view.first(release.ground):
            with say.at(layout.entry(ground.index)):
                envelopes = release.envelopes(GROUNDS[release.ground](attempt))
                due |= release.opened(attempt.view, envelopes)
    if unsealed := attempt.view.first(facts.Unsealed):
        with say.at(layout.entry(unsealed.index)):
            _unsealed(attempt, unsealed)
    if attempt.view.first(facts.Decided):
        with say.at(attempt.place("draws")):
            _pool_is_what_was_opened(attempt)
    for name in sorted(due):
        with say.at(layout.by_hash("opened", name)):
            _opened_by(attempt, name)
    for path in attempt.case.archive.below("opened/"):
        name = path.removeprefix("opened/").removesuffix(".json")
        if name not in due and _is_of(attempt, name):
            shut = "opened although it had to stay shut"
            say.must(holds=False, place=path, code="opened", sentence=shut)


def _releases(attempt: Attempt, say: Verdict) -> None:
    logged = {one.facts.sha256: one for one in attempt.view.all(facts.Released)}
    if sorted(attempt.releases) != sorted(logged):
        raise Refused("releases", "releases: not those that are logged")
    for name, body in attempt.releases.items():
        with say.at(layout.entry(logged[name].index)):
            _released(attempt, logged[name], body)


def _released(attempt: Attempt, entry: Act[facts.Released], body: JsonObject) -> None:
    if (body["trustee"], body["what"]) != (entry.facts.trustee, entry.facts.kind):
        raise Refused("release", "the release and its entry do not agree")
    if body["what"] == "escrow":
        return
    frozen = attempt.view.must(facts.Frozen)
    if body["freeze_index"] != frozen.index or body["tree_size"] <= frozen.index:
        raise Refused("release", "given for another freeze, or under a tree without it")


def _unsealed(attempt: Attempt, entry: Act[facts.Unsealed]) -> None:
    opens = {name: data is not None for name, data in attempt.payloads.items()}
    said = entry.facts.sha256, entry.facts.count, entry.facts.unreadable
    if said != (opening_digest(opens), len(opens), sum(not one for one in opens.values())):
        raise Refused("unsealed", "other envelopes open than the ledger says")


def _opened_by(attempt: Attempt, name: str) -> None:
    opened = attempt.case.opened(name)
    anchors = attempt.case.anchors
    gave = {
        anchors.seat_of(str(body["trustee"]))
        for body in attempt.releases.values()
        if name in body["envelopes"] and body["what"] != "audit"
    }
    if not opened.seats <= gave:
        raise Refused("shares", "opened with the share of a trustee that released none")


def _pool_is_what_was_opened(attempt: Attempt) -> None:
    body, done = attempt.transcript
    if attempt.applied_for:
        if done.pool.leaves != attempt.pool.pool.leaves:
            raise Refused("pool", "the pool is not what the accepted applications give")
    elif [unhex(leaf) for leaf in attempt.freeze["pool"]] != done.pool.leaves:
        raise Refused("pool", "the pool is not the one that was frozen")
    if body["pool_root"] != done.pool.root.hex():
        raise Refused("pool", "the root is not over the pool")


def _is_of(attempt: Attempt, name: str) -> bool:
    """Tell whether an opened file speaks of this round, or of no envelope at all."""
    path = layout.by_hash("envelopes", name)
    if not attempt.case.archive.has(path):
        return True
    return attempt.case.envelope(name).about == attempt.about
