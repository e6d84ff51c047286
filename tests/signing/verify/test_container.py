"""The ZIP itself: what is refused before anything is believed, and what it costs to read."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.core.errors import Refused
from signing.dossier.container import DEFLATED, Packing, content, members
from signing.dossier.reader import opened
from signing.dossier.writer import Cover, Dossier

MIB = 1 << 20


def archive(*files: tuple[str, bytes]) -> bytes:
    packing = Packing()
    pieces = [piece for name, data in files for piece in packing.add(name, [data])]
    return b"".join([*pieces, *packing.end()])


def read(data: bytes) -> dict[str, bytes]:
    file = io.BytesIO(data)
    return {one.name: b"".join(content(file, one)) for one in members(file)}


def test_other_programs_read_it() -> None:
    files = [("a/b.json", b"{}"), ("c.txt", b""), ("d", bytes(70_000))]
    data = archive(*files)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        assert [(one.filename, found.read(one)) for one in found.infolist()] == files
    assert read(data) == dict(files)


def test_what_others_packed_without_ornaments_is_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("a", b"text " * 50)
        other.writestr("b/c", b"")
    assert read(file.getvalue()) == {"a": b"text " * 50, "b/c": b""}


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../up", "a/../../b", "a//b", "a/", "./a", "C:evil", "a\\b", "a\x00b", ""],
)
def test_names_that_lead_elsewhere(name: str) -> None:
    with pytest.raises(Refused, match="not an archive"):
        read(archive((name, b"x")))


def test_ornaments_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("a", b"x")
        other.comment = b"hello"
    commented = file.getvalue()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        member = zipfile.ZipInfo("a")
        member.extra = b"\x99\x99\x02\x00ab"
        other.writestr(member, b"x")
    for data in (commented, file.getvalue(), b"MZ" + archive(("a", b"x")), b"", b"PK", bytes(50)):
        with pytest.raises(Refused, match="not an archive"):
            read(data)


def test_a_bomb_does_not_go_off() -> None:
    """A thousandfold is refused unread, a lie about the size while it is read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("a", bytes(100 * MIB))
    with pytest.raises(Refused, match="grows more"):
        members(file)
    small = _lying(bytes(50 * MIB), 4 * MIB)
    tracemalloc.start()
    with pytest.raises(Refused, match="were changed"):
        sum(len(piece) for one in members(small) for piece in content(small, one))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MIB


def _lying(inside: bytes, size: int) -> io.BytesIO:
    """One deflated member that says it is smaller than it is."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = pack.compress(inside) + pack.flush()
    common = struct.pack("<HHHHHIIIHH", 20, 0, DEFLATED, 0, 0x21, 0, len(raw), size, 1, 0)
    local = b"PK\x03\x04" + common + b"a" + raw
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0)
    central += b"a"
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    return io.BytesIO(local + central + end)


def test_overlapping_members_are_refused() -> None:
    """Two names for one place (a bomb without any compression) leave a gap or meet another name."""
    data = archive(("a", b"x" * 100), ("b", b"y"))
    start = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", start + 1)
    moved = data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]
    with pytest.raises(Refused, match="another member"):
        read(moved)


def test_a_writer_takes_only_files_that_a_dossier_has() -> None:
    dossier = Dossier(Cover("o/ledger", 1, [], "test"), lambda _: b"")
    for path in ("evil.sh", "entries/01.json", "papers/../x.pdf", "manifest.json", "freeze/.json"):
        with pytest.raises(Refused, match="no dossier has"):
            list(dossier.add(path, b"{}"))


def test_writing_and_reading_need_little_memory(tmp_path: Path) -> None:
    """A hundred megabytes in one file go through in a few."""

    def much() -> Iterator[bytes]:
        return (bytes(MIB) for _ in range(100))

    dossier = Dossier(Cover("o/ledger", 1, [("round:A-1/1", 0)], "test"), lambda _: b"seal")
    path = tmp_path / "big.zip"
    tracemalloc.start()
    with path.open("wb") as file:
        for piece in dossier.add("keys.json", b"{}"):
            file.write(piece)
        for piece in dossier.add("draws/A-1-1.json", much()):
            file.write(piece)
        for piece in dossier.end():
            file.write(piece)
    with opened(path) as found:
        assert sum(map(len, found.pieces("draws/A-1-1.json"))) == 100 * MIB
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MIB
