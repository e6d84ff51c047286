"""Flip, drop, add, swap, double, cut, reorder: every change is found, and the file is named.

The first half changes archives as a thief could, the second has the platform seal every change
again: what stands in no signature of the platform's must be caught by what others signed.
"""

from pathlib import Path
from random import Random  # noqa: TID251 - a seeded sample of places, nothing is decided

import pytest

from signing.core.errors import Refused
from signing.dossier import layout
from signing.dossier.reader import opened
from signing.verify.case import Case, Once
from signing.verify.checks import CHECKS, verify
from signing.verify.faults import Fault
from tests.factories.dossiers import Dossiers
from tests.factories.tampering import Forger, files_of, packed

RAW = 300


def found(path: Path) -> list[Fault]:
    """The faults of the first two checks; all twelve would cost too much for every byte."""
    try:
        with opened(path) as archive:
            case = Case(archive)
            faults = CHECKS[0].of(case).faults
            return faults or CHECKS[1].of(case).faults
    except Refused as refusal:
        return [Fault(layout.MANIFEST, refusal.code, str(refusal))]


def sampled(files: dict[str, bytes], chance: Random, part: float) -> list[str]:
    """Every kind of file; of the many of one kind, a part."""
    many = ("trust/", "entries/", "envelopes/", "opened/")
    return [name for name in files if not name.startswith(many) or chance.random() < part]


def flipped(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def test_every_file_of_every_dossier_is_guarded(dossiers: Dossiers, tmp_path: Path) -> None:
    chance = Random("flip")
    for code, path in dossiers.files.items():
        files = files_of(path)
        for name in files if code == dossiers.story["price"] else sampled(files, chance, 0.1):
            changed = files | {name: flipped(files[name], chance)}
            faults = found(packed(changed, tmp_path / "x.zip"))
            assert faults, name
            # who changes the list of files is found at the file that is listed wrongly
            assert name == layout.MANIFEST or name in {fault.place for fault in faults}


@pytest.mark.parametrize("kind", ["price", "failed"])
def test_raw_bytes_of_the_archive(dossiers: Dossiers, tmp_path: Path, kind: str) -> None:
    """Headers, directory and end included: no byte of the file is without meaning."""
    chance = Random(f"raw {kind}")
    data = dossiers.of(kind).read_bytes()
    tail = len(data) - 8192
    places = [chance.randrange(len(data)) for _ in range(RAW // 2)]
    places += [chance.randrange(tail, len(data)) for _ in range(RAW // 2)]
    path = tmp_path / "x.zip"
    for at in places:
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        assert found(path), at
    for at in (*range(1, 60, 7), *places[:20]):
        path.write_bytes(data[:-at])
        assert found(path), -at
        path.write_bytes(data[at:])
        assert found(path), at
        path.write_bytes(data + data[-at:])
        assert found(path), at


def test_files_dropped_added_swapped_doubled_cut_and_reordered(
    dossiers: Dossiers, tmp_path: Path
) -> None:
    chance = Random("files")
    files = files_of(dossiers.of("failed"))
    names = list(files)
    tried = sampled(files, chance, 0.1)
    path = tmp_path / "x.zip"
    for name in tried:
        other = chance.choice([one for one in names if files[one] != files[name]])
        rest = {one: data for one, data in files.items() if one != name}
        changed = {
            "dropped": rest,
            "swapped": files | {name: files[other], other: files[name]},
            "cut": files | {name: files[name][:-1]},
            "longer": files | {name: files[name] + b"\n"},
            "doubled": files | {name: files[name] * 2},
            "last": rest | {name: files[name]},
        }
        for how, some in changed.items():
            if list(some.items()) == list(files.items()):
                continue
            faults = found(packed(some, path))
            assert faults, (name, how)
    packed(files | {"entries/1.json": b"{}"}, path)
    assert "entries/1.json" in {fault.place for fault in found(path)}


def test_two_members_of_one_name_are_refused(dossiers: Dossiers, tmp_path: Path) -> None:
    files = files_of(dossiers.of("failed"))
    twice = files | {"keys.jsoN": files["keys.json"]}
    data = packed(twice, tmp_path / "x.zip").read_bytes().replace(b"keys.jsoN", b"keys.json")
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(Refused, match="twice"):
        verify(tmp_path / "x.zip")


UNSIGNED = {layout.README, layout.TRUST_FILE, layout.MANIFEST, layout.SEAL}


@pytest.mark.parametrize("kind", ["price", "failed"])
def test_a_platform_that_seals_its_change_again_is_caught(
    dossiers: Dossiers, tmp_path: Path, kind: str
) -> None:
    """One bit in every file, the manifest consistent and sealed: others' signatures tell.

    Only the page for readers and the list of authorities are the platform's own to word.
    """
    chance = Random(f"sealed {kind}")
    files = Forger(dossiers, kind).files
    for name in sampled(files, chance, 0.1):
        if name in UNSIGNED:
            continue
        forger = Forger(dossiers, kind)
        forger.files[name] = flipped(files[name], chance)
        sealed = forger.sealed(tmp_path / "x.zip", ledger=False)
        assert verify(sealed, dossiers.trust, dossiers.roots).exit_code == 1, name


def test_what_was_read_or_refused_is_not_read_again() -> None:
    once, asked = Once[int](), []

    def read() -> int:
        asked.append(len(asked))
        if len(asked) > 1:
            raise Refused("shape", "no number")
        return 7

    assert [once.get("a", read), once.get("a", read)] == [7, 7]
    for _ in range(2):
        with pytest.raises(Refused, match="no number"):
            once.get("b", read)
    assert asked == [0, 1]
