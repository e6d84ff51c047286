"""What a receipt came to, in a dossier that holds: its row in the freeze, its code, its result."""

from dataclasses import dataclass

from signing.core.canonical import JsonObject, unhex
from signing.core.errors import Refused
from signing.draw.pool import position_code
from signing.rounds import facts
from signing.rounds.freeze import envelopes_of
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.ways import ranking
from signing.ways.applications import NOT_BEST

LAST = 1 << 62  # no entry has a higher index


@dataclass(frozen=True)
class Outcome:
    """How it ended (`chosen reserve outbid lost excluded moved left_out failed`).

    `ground` is the code of why, `place` that of a reserve or the rank of a price, from 1; `row` the
    index of the blind entry behind the row that was found, None where there was no freeze.
    """

    kind: str
    row: int | None = None
    code: str = ""
    ground: str = ""
    place: int = 0


def attempt_of(case: Case, about: str) -> Attempt:
    """Give the round of a receipt; refuses a dossier of others."""
    for one in attempts(case):
        if one.about == about:
            return one
    said = (
        "这份卷宗里没有 {about}，请用它所属项目的卷宗 "
        "this dossier is not of {about}: use that of its project"
    )
    raise Refused("receipt_round", said, about=about)


def outcome_of(attempt: Attempt, receipts: tuple[JsonObject, ...]) -> Outcome:
    """Give what became of a voucher's last receipt; refuses (`concealed`) where one has no row."""
    failed = attempt.view.first(facts.Failed)
    if attempt.view.first(facts.Frozen) is None:
        return Outcome("failed", ground=failed.facts.reason if failed else "")
    rows = [_row_of(attempt, one) for one in receipts]
    last = rows[-1]
    if "reason" in last:
        return Outcome("left_out", last["index"], ground=last["reason"])
    if not attempt.case.archive.has(attempt.place("draws")):
        return Outcome("failed", last["index"], ground=failed.facts.reason if failed else "")
    return _standing(attempt, last)


def _row_of(attempt: Attempt, receipt: JsonObject) -> JsonObject:
    for row in (*attempt.accepted, *attempt.left_out):
        named = envelopes_of(row, attempt.way.envelopes)
        if row["index"] == receipt["index"] and named == receipt["envelopes"]:
            return row
    said = (
        "平台隐瞒了这份回执：封存名单里没有账本第 {index} 条 "
        "CONCEALED BY THE PLATFORM: the freeze has no row for ledger entry {index}"
    )
    raise Refused("concealed", said, index=receipt["index"])


def _standing(attempt: Attempt, row: JsonObject) -> Outcome:
    pool = attempt.transcript[1].pool
    position, leaf = next(
        (position, leaf)
        for position, leaf in enumerate(pool.leaves)
        if pool.record(leaf)["application"] == row["application"]
    )
    kind, ground = _fallen(attempt, leaf, pool.record(leaf)["excluded"])
    place = 0
    if not kind:
        kind, place = _in_line(attempt, leaf)
    return Outcome(kind, row["index"], position_code(position), ground, place)


def _fallen(attempt: Attempt, leaf: bytes, excluded: str | None) -> tuple[str, str]:
    """Give kind and ground of one that is out of the line, two empty texts where it is not."""
    gone = {unhex(one.facts.leaf): one.facts.cause for one in attempt.view.all(facts.Moved)}
    failed = attempt.view.first(facts.Failed)
    if leaf in gone:
        return "moved", gone[leaf]
    if excluded not in {None, NOT_BEST}:
        return "excluded", str(excluded)
    return ("failed", failed.facts.reason) if failed else ("", "")


def _in_line(attempt: Attempt, leaf: bytes) -> tuple[str, int]:
    """Give the kind, and the place of a reserve or of a price, from 1."""
    now = attempt.standings(LAST)
    if leaf in now.taken:
        return "chosen", 0
    if attempt.way.rank:
        ranked = list(ranking.prices(attempt.case.archive.read(attempt.place("ranking"))))
        return "outbid", 1 + ranked.index(leaf)
    if leaf in now.reserves and attempt.view.first(facts.Concluded) is None:
        return "reserve", 1 + now.reserves.index(leaf)
    return "lost", 0
