"""Signed notes: a text and the Ed25519 lines under it (C2SP signed-note).

A line is `— name base64(key id ‖ signature)`. Which text, which keys and which of them must have
signed is decided by `signing.log.checkpoint`.
"""

import re
from dataclasses import dataclass

from signing.core.canonical import b64, unb64
from signing.core.errors import Refused
from signing.core.hashing import sha256

LOG = 0x01
WITNESS = 0x04
ID_SIZE = 4
MOST_LINES = 100
_MARK = "— "
_control = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]").search


@dataclass(frozen=True)
class Line:
    """One signature line: the name of the key, its id, what it signed with."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A text, ending in a newline, and its signature lines, none of them checked."""

    text: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        """Give the note as it travels."""
        lines = (f"{_MARK}{one.name} {b64(one.key_id + one.signature)}\n" for one in self.lines)
        return f"{self.text}\n{''.join(lines)}"

    def having(self, *lines: Line) -> "Note":
        """Give the note with more lines; one that is there already is not doubled."""
        return Note(self.text, tuple(dict.fromkeys((*self.lines, *lines))))


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Give the first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:ID_SIZE]


def is_name(name: str) -> bool:
    """Tell whether a key may be called so: not empty, no space, no plus, nothing unprintable."""
    return bool(name) and name.isprintable() and not any(c == "+" or c.isspace() for c in name)


def parse(data: str) -> Note:
    """Read a note; refuses whatever `str(note)` would not have written."""
    text, blank, rest = data.rpartition("\n\n")
    if not blank or not rest.endswith("\n") or _control(data):
        raise Refused("note", "this is no signed note")
    lines = rest[:-1].split("\n")
    if len(lines) > MOST_LINES:
        raise Refused("note", "a note with more than {most} lines", most=MOST_LINES)
    return Note(text + "\n", tuple(map(_line, lines)))


def _line(text: str) -> Line:
    name, space, rest = text.removeprefix(_MARK).partition(" ")
    if not text.startswith(_MARK) or not space or not is_name(name):
        raise Refused("note", "this is no signature line")
    data = unb64(rest)
    if len(data) <= ID_SIZE:
        raise Refused("note", "a signature line without a signature")
    return Line(name, data[:ID_SIZE], data[ID_SIZE:])
