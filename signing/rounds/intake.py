"""What came in, and what follows from it: accepted, or left out with its reason (PROTOCOL.md §6.3).

One function, `sort_out`, which the platform uses to build the freeze and every checker to hold the
freeze against its own view. Signatures are checked before (`sealed.read`, `admission`); what the
documents look like is `signing.rounds.freeze`'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from signing.core.canonical import JsonObject, dumps
from signing.core.hashing import sha256
from signing.sealing.sealed import Envelope


@dataclass(frozen=True)
class Upload:
    """Envelopes that came together: index, salt (hex) and time of their blind entry.

    `sealed` are those that its way asks for, in their order.
    """

    index: int
    salt: str
    at: str
    sealed: tuple[Envelope, ...]

    @property
    def envelopes(self) -> list[str]:
        """Their hashes in the order of the blind entry."""
        return [one.sha256 for one in self.sealed]

    @property
    def author(self) -> str:
        """The one-time key of who applied."""
        return self.sealed[0].author

    @property
    def seq(self) -> int:
        """The author's count; all envelopes carry it."""
        return self.sealed[0].seq


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal whose signature holds, and its blind entry."""

    index: int
    salt: str
    at: str
    body: JsonObject

    @property
    def envelopes(self) -> list[str]:
        """Its own hash, by which the list and the blind entry name it."""
        return [sha256(dumps(self.body)).hex()]

    @property
    def author(self) -> str:
        """The one-time key of who withdraws."""
        return str(self.body["author"])

    @property
    def seq(self) -> int:
        """The last upload that is withdrawn."""
        return int(self.body["seq"])


@dataclass
class Boxes:
    """What the trustees said of one envelope: who opened its box, the reports of bad ones."""

    good: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)

    def are_good(self, k: int) -> bool:
        """Tell whether k trustees opened their box and nobody failed."""
        return not self.bad and len(self.good) >= k


@dataclass(frozen=True)
class Rows:
    """The rows of a freeze of applicants: `accepted` and `left_out`."""

    accepted: list[JsonObject]
    left_out: list[JsonObject]


def sort_out(
    uploads: Sequence[Upload],
    withdrawals: Sequence[Withdrawn],
    reports: Sequence[JsonObject],
    *,
    k: int,
    closed_at: str,
) -> Rows:
    """Give the rows that follow from what came in (§4, §5.2).

    In this order: what stands in the ledger at or after `closed_at` is LATE and changes nothing; a
    withdrawal takes the author's uploads up to its seq; a higher seq replaces; an `ok: false` or
    fewer than k good boxes leave out. `reports` are box reports whose signatures hold.
    """
    in_time = sorted((one for one in uploads if one.at < closed_at), key=lambda one: one.seq)
    newest = {one.author: one for one in in_time}
    taken = sorted((one for one in withdrawals if one.at < closed_at), key=lambda one: one.seq)
    last = {one.author: one for one in taken}
    boxes = _boxes(reports)
    accepted, left_out = [], []
    for one in uploads:
        newer, gone = newest.get(one.author, one), last.get(one.author)
        if one.at >= closed_at:
            left_out.append(_left_out(one, "LATE", None))
        elif gone is not None and one.seq <= gone.seq:
            left_out.append(_left_out(one, "WITHDRAWN", gone.envelopes[0]))
        elif one.seq < newer.seq:
            left_out.append(_left_out(one, "REPLACED", newer.envelopes[0]))
        elif all(boxes[envelope].are_good(k) for envelope in one.envelopes):
            accepted.append(one)
        else:
            bad = [sha for envelope in one.envelopes for sha in boxes[envelope].bad]
            left_out.append(_left_out(one, "BOX_BAD", min(bad, default=None)))
    for ask in withdrawals:
        late = ask.at >= closed_at
        reason, evidence = ("LATE", None) if late else ("WITHDRAWN", ask.envelopes[0])
        left_out.append(_left_out(ask, reason, evidence))
    return Rows(
        [_accepted(one) for one in sorted(accepted, key=lambda one: one.envelopes[0])],
        sorted(left_out, key=lambda row: int(row["index"])),
    )


def _accepted(one: Upload) -> JsonObject:
    return {
        "author": one.author,
        **{envelope.kind: envelope.sha256 for envelope in one.sealed},
        "seq": one.seq,
        "index": one.index,
        "salt": one.salt,
    }


def _left_out(one: Upload | Withdrawn, reason: str, evidence: str | None) -> JsonObject:
    row = {"envelopes": one.envelopes, "index": one.index, "salt": one.salt}
    return row | {"reason": reason, "evidence": evidence}


def _boxes(reports: Iterable[JsonObject]) -> Mapping[str, Boxes]:
    found: Mapping[str, Boxes] = defaultdict(Boxes)
    for report in reports:
        boxes = found[report["envelope"]]
        if report["ok"]:
            boxes.good.add(report["trustee"])
        else:
            boxes.bad.add(sha256(dumps(report)).hex())
    return found
