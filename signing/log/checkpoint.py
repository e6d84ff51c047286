"""Checkpoints: what tree a log stands behind, and which witnesses saw it grow (PROTOCOL.md §3).

C2SP tlog-checkpoint (Ed25519, key name = origin) and tlog-cosignature (type 0x04). The quorum is a
strict majority of the witnesses that are not under the platform; the platform's own line never
counts. Whether a tree extends the last one is `signing.log.tree`'s proof, and to ask for it before
cosigning is the trustee's duty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core.canonical import b64, unb64
from signing.core.errors import Refused
from signing.core.small import must_verify
from signing.log.note import LOG, WITNESS, Line, Note, is_name, key_id

TIME_SIZE = 8
COSIGNED_WITHIN = timedelta(seconds=60)  # after a deadline, for what came before it (§8, check 6)
_LATEST = 2**63 - 1


@dataclass(frozen=True)
class Checkpoint:
    """The origin of a log, its size and its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


@dataclass(frozen=True)
class Witness:
    """A trustee as a witness: key name, Ed25519 public key, whether the platform runs it."""

    name: str
    public: bytes
    platform: bool


def read_text(text: str) -> Checkpoint:
    """Read a checkpoint's text; refuses extensions and any other spelling."""
    lines = text.split("\n")
    if len(lines) == 4 and is_name(lines[0]) and lines[1].isascii() and lines[1].isdecimal():
        found = Checkpoint(lines[0], int(lines[1][:20]), unb64(lines[2]))
        if found.text == text and found.size <= _LATEST and len(found.root) == 32:
            return found
    raise Refused("checkpoint", "this is no checkpoint")


def sign(key: Ed25519PrivateKey, checkpoint: Checkpoint) -> Note:
    """Give the note of the log that stands behind `checkpoint`."""
    public = key.public_key().public_bytes_raw()
    line_id = key_id(checkpoint.origin, LOG, public)
    line = Line(checkpoint.origin, line_id, key.sign(checkpoint.text.encode()))
    return Note(checkpoint.text, (line,))


def check_log(note: Note, origin: str, public: bytes) -> Checkpoint:
    """Give the checkpoint when the log `origin` signed it with `public`; refuse otherwise."""
    found = read_text(note.text)
    lines = _lines_of(note, origin, key_id(origin, LOG, public))
    if found.origin != origin or not lines:
        raise Refused("checkpoint", "the checkpoint is not signed by {origin}", origin=origin)
    for line in lines:
        must_verify(public, line.signature, note.text.encode(), origin)
    return found


def cosign(key: Ed25519PrivateKey, name: str, text: str, at: int) -> Line:
    """Give a witness's line under `text`; `at` is its own clock in seconds since 1970."""
    public = key.public_key().public_bytes_raw()
    signature = at.to_bytes(TIME_SIZE, "big") + key.sign(_message(at, text))
    return Line(name, key_id(name, WITNESS, public), signature)


def cosigned_at(note: Note, witness: Witness) -> int | None:
    """Give the earliest time at which `witness` cosigned, None if it did not.

    A line that claims to be the witness's and is not refuses the whole note.
    """
    times = []
    for line in _lines_of(note, witness.name, key_id(witness.name, WITNESS, witness.public)):
        at = int.from_bytes(line.signature[:TIME_SIZE], "big")
        signature = line.signature[TIME_SIZE:]
        must_verify(witness.public, signature, _message(at, note.text), witness.name)
        times.append(at)
    return min(times, default=None)


def has_quorum(note: Note, witnesses: Sequence[Witness]) -> bool:
    """Tell whether a strict majority of the witnesses not under the platform cosigned."""
    return quorum_at(note, witnesses) is not None


def quorum_at(note: Note, witnesses: Sequence[Witness]) -> int | None:
    """Give the time at which the quorum was reached, None if it was not."""
    independent = {one.name: one for one in witnesses if not one.platform}
    seen = sorted(at for one in independent.values() if (at := cosigned_at(note, one)) is not None)
    enough = len(independent) // 2 + 1
    return seen[enough - 1] if len(seen) >= enough else None


def strangers(note: Note, origin: str, log: bytes, witnesses: Iterable[Witness]) -> list[str]:
    """Give the names of lines that are neither the log's nor a witness's."""
    known = {(origin, key_id(origin, LOG, log))}
    known |= {(one.name, key_id(one.name, WITNESS, one.public)) for one in witnesses}
    return [line.name for line in note.lines if (line.name, line.key_id) not in known]


def _lines_of(note: Note, name: str, line_id: bytes) -> list[Line]:
    return [line for line in note.lines if (line.name, line.key_id) == (name, line_id)]


def _message(at: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
