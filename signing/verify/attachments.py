"""Check 11: the files of an announcement are those that its need names (PROTOCOL.md §8)."""

from hashlib import sha256

from signing.core.canonical import Json, JsonObject
from signing.core.errors import Refused
from signing.core.shape import exactly, hex_of, is_positive, is_text, must_have
from signing.dossier import layout
from signing.verify.case import Case
from signing.verify.faults import Verdict

_ROW = {
    "name": is_text,
    "kind": exactly(*layout.ENDINGS),
    "bytes": is_positive,
    "sha256": hex_of(32),
}


def attachments_hold(case: Case, say: Verdict) -> None:
    """Every file that a need names is there, whole, and there is no other."""
    named: set[str] = set()
    for path in case.archive.below("needs/"):
        with say.at(path):
            for row in _rows(case.json(path)):
                place = layout.attachment(row["sha256"], row["kind"])
                named.add(place)
                with say.at(place):
                    _must_be_whole(case, place, row)
    for path in case.archive.below(layout.ATTACHMENTS):
        say.must(path in named, path, "stray", "no need names this file")


def _rows(need: Json) -> list[JsonObject]:
    """The files of a need; a need without any has no such key."""
    if not isinstance(need, dict) or "attachments" not in need:
        return []
    rows = need["attachments"]
    if not isinstance(rows, list) or not rows:
        raise Refused("need", "attachments: not a list that holds something")
    found = [must_have("attachments", row, _ROW) for row in rows]
    if len({row["sha256"] for row in found}) != len(found):
        raise Refused("need", "attachments: a file twice")
    return found


def _must_be_whole(case: Case, path: str, row: JsonObject) -> None:
    digest, size = sha256(), 0
    for piece in case.archive.pieces(path):
        digest.update(piece)
        size += len(piece)
    if (size, digest.hexdigest()) != (row["bytes"], row["sha256"]):
        raise Refused("attachment", "the file is not the one that the need names")
