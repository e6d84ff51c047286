"""Checks 7 and 10: draws, moves and rankings computed again; the result that prices give.

The whole computation is `signing.draw`'s (PROTOCOL.md §6); here it is tied to the ledger, and a
round that ended without anybody is computed as well: a result must not be called a failure.
"""

from signing.core.canonical import unhex
from signing.core.errors import Refused
from signing.core.hashing import sha256, tagged
from signing.dossier import layout
from signing.draw.pool import pool_salt
from signing.draw.transcript import draw, must_be_tied
from signing.rounds import facts
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict

_MOVE = ("leaf", "cause", "evidence")
_CONTRIBUTION_BAD = "CONTRIBUTION_BAD"


def draws_hold(case: Case, say: Verdict) -> None:
    """Check 7 for every round."""
    count = 0
    for attempt in attempts(case):
        view = attempt.view
        if view.first(facts.Decided):
            count += 1
            _decided(attempt, say)
        elif view.first(facts.Unsealed) and (failed := view.first(facts.Failed)):
            with say.at(layout.entry(failed.index)):
                _failed(attempt, failed.facts, say)
    for path in (*case.archive.below("draws/"), *case.archive.below("ranking/")):
        drawn = {layout.round_name(one.about) for one in case.rounds if one.first(facts.Decided)}
        name = path.partition("/")[2].split(".")[0]
        say.must(name in drawn, path, "stray", "no entry decided this draw")
    say.remark(f"{count} draws")


def _decided(attempt: Attempt, say: Verdict) -> None:
    view = attempt.view
    entry = view.must(facts.Decided)
    place = attempt.place("draws")
    with say.at(place):
        data = attempt.case.archive.read(place)
        if sha256(data).hex() != entry.facts.transcript:
            raise Refused("transcript", "this is not the draw that is logged")
    with say.at(place):
        body, done = attempt.transcript
        contributed = {
            role: {
                "index": one.index,
                "commit": one.facts.commit,
                "envelope": one.facts.envelope,
            }
            for role, one in view.contributions.items()
        }
        must_be_tied(
            body,
            rules=view.rules,
            contributed=contributed,
            freeze_index=view.must(facts.Frozen).index,
            freeze_sha256=view.must(facts.Frozen).facts.sha256,
            decided_index=entry.index,
        )
        if [leaf.hex() for leaf in done.walk.taken] != entry.facts.taken or done.failed:
            raise Refused("taken", "the draw takes others than were decided")
        secrets = {row["role"]: row["secret"] for row in attempt.contributions}
        if secrets != {row["role"]: row["secret"] for row in body["contributions"]}:
            raise Refused("secrets", "the secrets are not those in the opened envelopes")
    if not attempt.applied_for:
        with say.at(layout.entry(entry.index)):
            _salts(attempt, str(entry.facts.salt_key))
    _ranked(attempt, say)
    _moved(attempt, say)


def _salts(attempt: Attempt, key_text: str) -> None:
    key = unhex(key_text, 32)
    if tagged("salt-key", attempt.about, key).hex() != attempt.view.rules["salt_key_commit"]:
        raise Refused("salt_key", "the key of the salts is not the one of the rules")
    for item in attempt.transcript[0]["pool"]:
        if pool_salt(key, item["record"]["id"]).hex() != item["salt"]:
            raise Refused("salt", "a salt of the pool does not come from the committed key")


def _ranked(attempt: Attempt, say: Verdict) -> None:
    logged = attempt.view.must(facts.Decided).facts.ranking
    place = attempt.place("ranking")
    with say.at(place):
        if (attempt.way.rank is not None) != (logged is not None):
            raise Refused(
                "ranking", "a ranking where there is none to be, or none where one is due"
            )
        if logged is None:
            if attempt.case.archive.has(place):
                raise Refused("ranking", "no entry names this ranking")
            return
        if sha256(attempt.case.archive.read(place)).hex() != logged:
            raise Refused("ranking", "this is not the ranking that is logged")
        say.remark(f"{len(attempt.ranking['entries'])} prices ranked")


def _moved(attempt: Attempt, say: Verdict) -> None:
    view = attempt.view
    with say.at(attempt.place("draws", ".moves.json")):
        logged = [{key: one.entry.facts.get(key) for key in _MOVE} for one in view.all(facts.Moved)]
        if attempt.moves != logged:
            raise Refused("moves", "the moves are not those that are logged")
    for entry in view.all(facts.Moved):
        with say.at(layout.entry(entry.index)):
            if unhex(entry.facts.leaf) not in attempt.standings(entry.index).taken:
                raise Refused("move", "somebody fell away who was not taken")
    exhausted = view.first(facts.Failed)
    if exhausted is not None:
        with say.at(layout.entry(exhausted.index)):
            if attempt.standings(exhausted.index).taken:
                raise Refused("failed", "called a failure although somebody is taken")


def _failed(attempt: Attempt, told: facts.Failed, say: Verdict) -> None:
    """A round that was opened and ended without a draw: that must have been so."""
    reason = told.reason
    try:
        rows = attempt.contributions
    except Refused:
        if reason != _CONTRIBUTION_BAD:
            raise
        attempt.must_be_at_fault(told.role)
        return
    if reason == _CONTRIBUTION_BAD:
        raise Refused("failed", "every secret fits its commitment")
    if not attempt.applied_for:
        say.remark(f"{attempt.about}: the pool of a failed draw is not in the dossier")
        return
    if not draw(attempt.view.rules, rows, attempt.pool.pool).failed:
        raise Refused("failed", "called a failure although the draw takes somebody")


def results_follow(case: Case, say: Verdict) -> None:
    """Check 10: who is taken in a price round has the best valid price; what is shown is that."""
    for attempt in attempts(case):
        view = attempt.view
        priced = attempt.way.priced
        if view.first(facts.Decided) and priced:
            with say.at(attempt.place("ranking")):
                prices = attempt.pool.prices
                taken = [prices[leaf] for leaf in attempt.transcript[1].walk.taken]
                if any(price != min(prices.values()) for price in taken):
                    raise Refused("price", "not the best valid price was taken")
        for entry in view.all(facts.Revealed):
            with say.at(layout.entry(entry.index)):
                leaf = unhex(entry.facts.leaf)
                price = attempt.pool.prices[leaf] if priced else None
                if entry.entry.facts.get("price_fen") != price:
                    raise Refused("price", "shown with another price than was sealed")
