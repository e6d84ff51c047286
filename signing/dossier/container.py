"""The ZIP of a dossier, byte by byte, in constant memory (PROTOCOL.md §8, PKWARE APPNOTE 6.3).

Written: members stored one after the other, every header a function of name and content. Read: any
plain ZIP without gaps, extra fields, comments or flags, whose local headers say what the central
directory says, so that no byte is without meaning and none can be changed unseen. Which members
there must be is `reader`'s question.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final

from signing.core.errors import Refused

STORED, DEFLATED = 0, 8
PIECE: Final = 1 << 16
IN_MEMORY: Final = 1 << 20
MOST_MEMBERS: Final = 0xFFFE
MOST_BYTES: Final = 0xFFFF_FFFE
MOST_EXPANSION: Final = 100  # a text of hex and base64 shrinks by less

_VERSION, _UNIX = 20, 3 << 8
_TIME, _DATE = 0, 0x21  # 1980-01-01: a dossier's times stand in its ledger
_MODE = 0o100644 << 16
_COMMON = "HHHHHIIIHH"  # version flags method time date crc packed size name extra
_LOCAL = struct.Struct("<4s" + _COMMON)
_CENTRAL = struct.Struct("<4sH" + _COMMON + "HHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: name, size, SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Member:
    """Where a member's bytes lie and what they must come to."""

    name: str
    method: int
    start: int
    packed: int
    size: int
    crc: int


class Packing:
    """A ZIP on its way out: `add` and `end` give the bytes to send, piece by piece."""

    def __init__(self) -> None:
        self._at = 0
        self._central: list[bytes] = []
        self.written: list[Written] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Add one member; its content is put aside until its size is known."""
        with SpooledTemporaryFile(max_size=IN_MEMORY) as aside:
            crc, digest = 0, sha256()
            for piece in pieces:
                aside.write(piece)
                crc = zlib.crc32(piece, crc)
                digest.update(piece)
            size = aside.tell()
            raw = name.encode("ascii")
            if self._at + size > MOST_BYTES or len(self._central) == MOST_MEMBERS:
                raise Refused("archive_full", "this is more than one archive holds")
            common = (_VERSION, 0, STORED, _TIME, _DATE, crc, size, size, len(raw), 0)
            central = _CENTRAL.pack(
                _CENTRAL_MARK, _UNIX | _VERSION, *common, 0, 0, 0, _MODE, self._at
            )
            self._central.append(central + raw)
            self.written.append(Written(name, size, digest.hexdigest()))
            self._at += _LOCAL.size + len(raw) + size
            yield _LOCAL.pack(_LOCAL_MARK, *common) + raw
            aside.seek(0)
            while piece := aside.read(PIECE):
                yield piece

    def end(self) -> Iterator[bytes]:
        """Close the archive."""
        count, size = len(self._central), sum(map(len, self._central))
        yield from self._central
        yield _END.pack(_END_MARK, 0, 0, count, count, size, self._at, 0)


def members(file: BinaryIO) -> list[Member]:
    """Read the directory of an archive; refuses (`archive`) what is not as it must be."""
    found: list[Member] = []
    at = 0
    made: set[tuple[int, int]] = set()
    for made_by, mode, member, offset, common in _directory(file):
        made.add((made_by, mode))
        header = _at(file, offset, _LOCAL.size)
        mark, *local = _LOCAL.unpack(header)
        name = _at(file, offset + _LOCAL.size, local[8]) if local[8] < MOST_MEMBERS else b""
        if offset != at or mark != _LOCAL_MARK or name != member.name.encode():
            raise _broken(f"{member.name}: another member was put in its place")
        if tuple(local) != common:
            raise _broken(f"{member.name}: its two headers do not agree")
        at = offset + _LOCAL.size + len(name) + member.packed
        found.append(member)
    if at != _end(file)[1] or len(made) > 1:
        raise _broken("something stands between or behind its members")
    return found


def content(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """Give the bytes of a member; refuses (`member`) a wrong size, checksum or compression."""
    crc = size = 0
    raw = _raw(file, member)
    for piece in raw if member.method == STORED else _inflated(raw, member):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        if size > member.size:
            break
        yield piece
    if (crc, size) != (member.crc, member.size):
        raise Refused("member", "{name}: its bytes were changed", name=member.name)


def _directory(
    file: BinaryIO,
) -> Iterator[tuple[int, int, Member, int, tuple[int, ...]]]:
    count, start, size = _end(file)
    at = start
    for _ in range(count):
        mark, made_by, *rest = _CENTRAL.unpack(_at(file, at, _CENTRAL.size))
        common, (comment, disk, internal, mode, offset) = tuple(rest[:10]), rest[10:]
        _, flags, method, _, _, crc, packed, full, length, extra = common
        name = _name(_at(file, at + _CENTRAL.size, length))
        if mark != _CENTRAL_MARK or any((flags, extra, comment, disk, internal)):
            raise _broken(f"{name}: its header holds what has no place here")
        if method not in {STORED, DEFLATED} or (method == STORED and packed != full):
            raise _broken(f"{name}: stored in an unknown way")
        if full > MOST_EXPANSION * max(packed, 1):
            raise _broken(f"{name}: grows more than {MOST_EXPANSION} times when unpacked")
        start_of = offset + _LOCAL.size + length
        yield made_by, mode, Member(name, method, start_of, packed, full, crc), offset, common
        at += _CENTRAL.size + length
    if at != start + size:
        raise _broken("its directory has another size than it says")


def _end(file: BinaryIO) -> tuple[int, int, int]:
    """Give number of members, start and size of the directory."""
    length = file.seek(0, 2)
    if length < _END.size:
        raise _broken("it is too short")
    mark, disk, first, here, count, size, start, comment = _END.unpack(
        _at(file, length - _END.size, _END.size)
    )
    if mark != _END_MARK:
        raise _broken("its end is missing")
    if disk or first or comment or here != count or start + size + _END.size != length:
        raise _broken("its end does not fit what comes before")
    return count, start, size


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    data = file.read(size)
    if len(data) != size:
        raise _broken("it is cut off")
    return data


def _name(raw: bytes) -> str:
    """Names are relative, ASCII, and lead nowhere else."""
    text = raw.decode("ascii", "replace")
    parts = text.split("/")
    if not text.isascii() or not text.isprintable() or "\\" in text or ":" in text:
        raise _broken("a name is not plain ASCII")
    if any(part in {"", ".", ".."} for part in parts):
        raise _broken(f"{text}: a name that leads elsewhere")
    return text


def _raw(file: BinaryIO, member: Member) -> Iterator[bytes]:
    at, end = member.start, member.start + member.packed
    while at < end:
        piece = _at(file, at, min(PIECE, end - at))
        at += len(piece)
        yield piece


def _inflated(raw: Iterable[bytes], member: Member) -> Iterator[bytes]:
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in raw:
            rest = piece
            while rest:
                yield unpack.decompress(rest, PIECE)
                rest = unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error:
        raise Refused("member", "{name}: its bytes were changed", name=member.name) from None
    if not unpack.eof or unpack.unused_data:
        raise Refused("member", "{name}: its bytes were changed", name=member.name)


def _broken(why: str) -> Refused:
    return Refused("archive", "not an archive as a dossier is one: {why}", why=why)
