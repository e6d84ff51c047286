"""How every command speaks: sentences and an exit code, on any terminal, and no traceback.

A terminal that has no ✓ (GBK, cp1252) gets a plain sign for it, where the answer would have been an
error about its encoding. What a command did not foresee is told with the place where it happened
and ends with 70 (EX_SOFTWARE of sysexits.h), so that nobody takes it for a verdict.
"""

import codecs
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NoReturn, TextIO, TypeVar

import typer

from signing.core.errors import Refused

FAILED, UNFORESEEN = 1, 70
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PLAIN = {"✓": "+", "✗": "x", "…": "...", "·": "-", "→": "->", "—": "-"}

_Error = TypeVar("_Error", bound=Exception)


@dataclass(frozen=True, slots=True)
class Says(Generic[_Error]):
    """How errors of a kind are worded."""

    kind: type[_Error]
    sentence: Callable[[_Error], str]


def say(text: str, *, err: bool = False) -> None:
    """Print a line; signs that steer a terminal are shown, not obeyed: files bring them along."""
    typer.echo(_shown(text), err=err)  # noqa: TID251 - this is the one door


def say_json(text: bytes) -> None:
    """Print canonical JSON, in UTF-8 whatever the terminal speaks: a program reads it."""
    typer.echo(_shown(text.decode()).encode())  # noqa: TID251 - as above


def _shown(text: str) -> str:
    return STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def run(command: Callable[[], object], words: Sequence[Says[Any]] = ()) -> NoReturn:
    """Run a command to its end; `words` are for errors of whoever stands above."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        _soften(stream)
    try:
        command()
    except Exception as error:  # noqa: BLE001 - whatever it is, a person reads it
        code, sentence = _told(error, words)
        say(sentence, err=True)
        sys.exit(code)
    sys.exit(0)


def _soften(stream: TextIO) -> None:
    if hasattr(stream, "reconfigure"):  # not where a test has put its own
        stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(PLAIN.get(sign, "?") for sign in lost), error.end


def _told(error: Exception, words: Sequence[Says[Any]]) -> tuple[int, str]:
    for one in words:
        if isinstance(error, one.kind):
            return FAILED, one.sentence(error)
    if isinstance(error, Refused):
        return FAILED, str(error)
    if isinstance(error, OSError) and error.strerror:
        return FAILED, ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return UNFORESEEN, f"a fault of this program, please report it: {error!r} ({place})"
