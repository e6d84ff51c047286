"""Checks 1 and 2: the archive is whole, and the platform sealed its list of files (PROTOCOL.md §8).

The seal says who answers for the archive; that its content is true, the ledger and the witnesses
say. Whose certificate it is, is told, not decided: no list of platforms is part of a dossier.
"""

from hashlib import sha256
from pathlib import PurePath

from signing.core.canonical import JsonObject, loads
from signing.core.errors import Refused
from signing.dossier import layout
from signing.verify.case import Case
from signing.verify.faults import Verdict

_LAST = [layout.MANIFEST, layout.SEAL]


def archive_is_whole(case: Case, say: Verdict) -> None:
    """Check 1: every file as listed, in that order, and no other; JSON canonical."""
    archive = case.archive
    rows: list[JsonObject] = archive.manifest["files"]
    listed = [row["path"] for row in rows]
    found = [one.name for one in archive.members]
    for path in sorted(set(listed) - set(found)):
        say.must(holds=False, place=path, code="missing", sentence="the file is missing")
    for path in sorted(set(found) - {*listed, *_LAST}):
        say.must(holds=False, place=path, code="stray", sentence="the file is not in the manifest")
    with say.at(layout.SEAL):
        archive.read(layout.SEAL)
    if set(found) == {*listed, *_LAST}:
        moved = (name for name, due in zip(found, [*listed, *_LAST], strict=True) if name != due)
        for path in list(moved)[:1]:
            say.must(holds=False, place=path, code="order", sentence="the file is not in its place")
    for row in rows:
        if row["path"] in archive.by_name:
            _is_listed(case, row, say)
    say.remark(f"{len(rows)} files")


def _is_listed(case: Case, row: JsonObject, say: Verdict) -> None:
    path = row["path"]
    with say.at(path):
        if not layout.is_known(path):
            raise Refused("path", "no dossier has a file called so")
        digest, size = sha256(), 0
        for piece in case.archive.pieces(path):
            digest.update(piece)
            size += len(piece)
        if (size, digest.hexdigest()) != (row["size"], row["sha256"]):
            raise Refused("file", "the file is not the one in the manifest")
        if path.endswith(".json"):
            loads(case.archive.read(path))
        if path.endswith((".cer", ".crl")) and digest.hexdigest() != PurePath(path).stem:
            raise Refused("name", "the file is not the one whose hash it is called by")


def manifest_is_sealed(case: Case, say: Verdict) -> None:
    """Check 2: the CAdES-B-T over the manifest, by an organisation."""
    with say.at(layout.SEAL):
        signed = case.seal
        stamp = signed.stamp
        say.remark(f"sealed by {signed.holder.name}, under {signed.authority}")
        if stamp is not None:
            say.remark(f"stamped by {stamp.holder.name} at {stamp.at:%Y-%m-%d %H:%M:%S} UTC")
