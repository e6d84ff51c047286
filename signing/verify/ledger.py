"""Checks 3 and 4: the ledger behind the dossier, and that nothing of the project is missing in it.

Tree, notes and cosignatures are `signing.log`'s (PROTOCOL.md §3). A chain of `prev` without a gap
up to the last entry that the sealed manifest names leaves no room for an entry that was taken out.
"""

from collections import Counter
from itertools import pairwise

from signing.core.canonical import JsonObject, unhex
from signing.core.errors import Refused
from signing.core.shape import hex_of, is_natural, list_of, must_have
from signing.dossier import layout
from signing.log import tree
from signing.log.anchors import read_anchors
from signing.log.checkpoint import Checkpoint, cosigned_at, read_text, strangers
from signing.log.note import Note
from signing.rounds.admission import blind_commit
from signing.rounds.freeze import envelopes_of
from signing.rounds.ledger_view import SEALED, Entry, blind_commit_in
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict

_PROOF = {"index": is_natural, "proof": list_of(hex_of(32))}


def checkpoint_holds(case: Case, say: Verdict) -> None:
    """Check 3: checkpoint, quorum, and a history in which each tree extends the one before."""
    with say.at(layout.KEYS):
        inside = read_anchors(case.archive.read(layout.KEYS))
        if inside != case.anchors:
            raise Refused("keys", "the dossier's keys are not those of the trust file")
    with say.at(layout.CHECKPOINT):
        found = _witnessed(case, case.note(layout.CHECKPOINT))
        manifest = case.archive.manifest
        if (found.origin, found.size) != (manifest["origin"], manifest["size"]):
            raise Refused("manifest", "the manifest speaks of another ledger or size")
        say.remark(f"{found.origin}, {found.size} entries")
    with say.at(layout.HISTORY):
        known = [(_witnessed(case, note), proof) for note, proof in case.history]
        for (one, proof), (after, _) in pairwise([*known, (case.head, [])]):
            if not (
                one.size <= after.size
                and tree.consistent(one.size, after.size, proof, one.root, after.root)
            ):
                said = "the tree of {size} entries is not continued by the next"
                raise Refused("history", said, size=one.size)


def _witnessed(case: Case, note: Note) -> Checkpoint:
    anchors = case.anchors
    unknown = strangers(note, anchors.origin, anchors.log, anchors.witnesses)
    if unknown:
        raise Refused("stranger", "a line is signed by a stranger: {name}", name=unknown[0])
    for witness in anchors.witnesses:  # the platform's own line too, though it never counts
        cosigned_at(note, witness)
    return anchors.witnessed(note)


def entries_hold(case: Case, say: Verdict) -> None:
    """Check 4: every entry in the tree, no gap, times in order, blind ones open to their rows."""
    proofs: dict[int, list[bytes]] = {}
    with say.at(layout.PROOFS):
        rows = [must_have("proof", row, _PROOF) for row in case.rows(layout.PROOFS)]
        proofs = {row["index"]: [unhex(part) for part in row["proof"]] for row in rows}
        if [row["index"] for row in rows] != case.indexes:
            raise Refused("proofs", "not one proof for each entry, in order")
    with say.at(layout.CHECKPOINT):
        for index in case.indexes:
            with say.at(layout.entry(index)):
                _is_included(case, index, proofs.get(index, []))
    _follow_each_other(case, say)
    _blind_ones_open(case, say)
    say.remark(f"{len(case.indexes)} entries")


def _is_included(case: Case, index: int, proof: list[bytes]) -> None:
    data = case.archive.read(layout.entry(index))
    head = case.head
    if not tree.included(tree.leaf_hash(data), index, head.size, proof, head.root):
        raise Refused("inclusion", "the entry is not in the ledger under the checkpoint")
    case.entry(index)


def _follow_each_other(case: Case, say: Verdict) -> None:
    last: dict[str, int] = {}
    at = ""
    for entry in case.entries:
        with say.at(layout.entry(entry.index)):
            before = None if entry.about == SEALED else last.get(entry.about)
            if entry.prev != before:
                said = "before it stood entry {prev}, the dossier has {before}"
                raise Refused("gap", said, prev=entry.prev, before=before)
            if entry.at < at:
                raise Refused("time", "it is older than the entry before it")
        at = max(at, entry.at)
        if entry.about != SEALED:
            last[entry.about] = entry.index
    with say.at(layout.MANIFEST):
        manifest = case.archive.manifest
        named = {row["about"]: row["index"] for row in manifest["last"]}
        if named != last or sorted(named) != manifest["about"]:
            raise Refused("last", "its last entries are not those of the dossier")


def _blind_ones_open(case: Case, say: Verdict) -> None:
    rows: Counter[int] = Counter()
    for attempt in attempts(case):
        with say.at(attempt.place("freeze")):
            for row in (*attempt.accepted, *attempt.left_out):
                rows[row["index"]] += 1
                with say.at(layout.entry(row["index"])):
                    _opens(case.entry(row["index"]), row, attempt)
    for index in case.indexes:
        with say.at(layout.entry(index)):
            if case.entry(index).about == SEALED and rows[index] != 1:
                raise Refused("blind", "no row of a freeze, or more than one, opens this entry")


def _opens(entry: Entry, row: JsonObject, attempt: Attempt) -> None:
    envelopes = envelopes_of(row, attempt.way.envelopes)
    if blind_commit_in(entry) != blind_commit(unhex(row["salt"]), attempt.about, envelopes):
        raise Refused("blind", "the blind entry does not open to the freeze's row")


def sizes_between(case: Case, after: int, until: int) -> list[int]:
    """Give the witnessed tree sizes that hold entry `after` and not yet entry `until`."""
    notes = [note for note, _ in case.history] + [case.note(layout.CHECKPOINT)]
    return [size for note in notes if after < (size := read_text(note.text).size) <= until]
