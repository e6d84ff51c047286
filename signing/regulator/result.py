"""From a dossier and the sealed shares to the result of a blind audit (PROTOCOL.md §5.7).

The freeze and everything else about the round is believed only as far as the dossier proves it: its
archive, checkpoint, entries, order of steps, envelopes and draw (checks 1 and 3 to 7) must hold.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.core.canonical import Json, JsonObject, read_instant, unhex
from signing.core.errors import Refused
from signing.dossier.reader import opened as opened_archive
from signing.draw.pool import position_code
from signing.regulator.bundle import read_bundle
from signing.regulator.identities import Marks, counted, judged
from signing.regulator.shares import given, must_be_for, opened
from signing.rounds import facts
from signing.sealing.sealed import Envelope
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.checks import CHECKS

_RESTS_ON = frozenset({1, 3, 4, 5, 6, 7})


@dataclass(frozen=True)
class Result:
    """The numbers, the faults {identity envelope: code}, their public codes (`甲-03`), bad boxes.

    `bad` counts for each trustee the boxes that did not open or did not fit.
    """

    envelopes: int
    agencies: int
    faults: dict[str, str]
    codes: dict[str, str]
    bad: dict[str, int]


def audit(
    dossier: Path, body: Json, key: X25519PrivateKey, trust: bytes, roots: Path | None = None
) -> tuple[JsonObject, Result]:
    """Open every identity of the round that a bundle's order names; give the order and the result.

    `trust` are the bytes of the trust file, `roots` a folder of authorities. Refuses a dossier that
    does not hold, another freeze, another key, and fewer than k good shares of any envelope.
    """
    order, shares = read_bundle(body)
    if key.public_key().public_bytes_raw() != unhex(order["key"]):
        raise Refused("audit_key", "this is not the key to which the order had the shares sealed")
    with opened_archive(dossier) as archive:
        case = Case(archive, trust, roots)
        _must_hold(case)
        attempt = _attempt(case, order)
        messages = must_be_for(shares, order, case.anchors)
        rows = attempt.accepted
        envelopes = {row["identity"]: case.envelope(row["identity"]) for row in rows}
        got = given(messages, envelopes.values(), case.anchors, key)
        _must_be_enough(got.shares, envelopes, case.anchors.k)
        return order, _result(attempt, envelopes, got.shares, got.bad)


def _must_hold(case: Case) -> None:
    for check in CHECKS:
        verdict = check.of(case) if check.number in _RESTS_ON else None
        if verdict is not None and not verdict.holds:
            fault = verdict.faults[0]
            said = "the dossier does not hold: check {number}, {place}: {sentence}"
            facts = {"number": check.number, "place": fault.place, "sentence": fault.sentence}
            raise Refused("audit_dossier", said, **facts)


def _attempt(case: Case, order: JsonObject) -> Attempt:
    for attempt in attempts(case):
        frozen = attempt.view.first(facts.Frozen)
        if attempt.about == order["about"] and frozen and attempt.applied_for:
            if frozen.facts.sha256 != order["freeze"]:
                raise Refused("audit_freeze", "the order names another freeze than the dossier")
            return attempt
    raise Refused("audit_round", "the dossier has no applicants of {about}", about=order["about"])


def _must_be_enough(
    shares: dict[str, dict[int, bytes]], envelopes: dict[str, Envelope], k: int
) -> None:
    short = [one for one in envelopes if len(shares[one]) < k]
    if short:
        said = "{count} of {all} envelopes have fewer than {k} good shares: wait for more trustees"
        facts = {"count": len(short), "all": len(envelopes), "k": k}
        raise Refused("too_few_shares", said, **facts)


def _result(
    attempt: Attempt,
    envelopes: dict[str, Envelope],
    shares: dict[str, dict[int, bytes]],
    bad: dict[str, int],
) -> Result:
    at = read_instant(attempt.view.must(facts.Frozen).at)
    faults: dict[str, str] = {}
    marked: dict[str, Marks] = {}
    for row in attempt.accepted:
        name = row["identity"]
        verdict = judged(attempt, row, opened(envelopes[name], shares[name]), at)
        if isinstance(verdict, str):
            faults[name] = verdict
        else:
            marked[name] = verdict
    found = counted(marked)
    faults |= found.repeated
    return Result(len(envelopes), found.agencies, faults, _codes(attempt, faults), bad)


def _codes(attempt: Attempt, faults: dict[str, str]) -> dict[str, str]:
    """The public codes of those with a fault: position in the pool, as everybody sees it."""
    pool = attempt.transcript[1].pool
    places = {str(pool.record(leaf)["identity"]): n for n, leaf in enumerate(pool.leaves)}
    return {one: position_code(places[one]) for one in faults}
