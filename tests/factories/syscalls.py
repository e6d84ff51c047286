"""What a server asked of its kernel, in order: requests read, answers sent, log written and synced.

Run a server behind ``STRACE + FILE``; ``told`` reads the file. strace writes a line when a call
begins; one that is interrupted by another thread's ends in a second line, so the order of the
lines is the order of the calls. It needs leave to trace its child (``ptrace``), which some
containers do not give; ``why_not`` says so.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CALLS: Final = "recvfrom,read,sendto,write,writev,sendmsg,pwrite64,pwritev,fsync,fdatasync"
STRACE: Final = ("strace", "-f", "-y", "-qq", "-s", "64", "--seccomp-bpf", "-e", f"trace={CALLS}")
BEGUN: Final = re.compile(r"^(?P<thread>\d+) +(?P<call>\w+)\((?P<file>\d+<[^>]*>)(?P<rest>.*)$")
ENDED: Final = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)$")
RESULT: Final = re.compile(r"= (-?\d+)[^=]*$")
FIRST_WORDS: Final = re.compile(r'"(?P<words>[^"\\]*)')


@dataclass(slots=True)
class Call:
    """One call: what was done to which file, and the lines on which it began and ended."""

    name: str
    file: str
    words: str
    began: int
    ended: int = -1
    result: int = -1


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An answer that told a writer "it is done", and what the disk had seen by then."""

    request: str
    answer: str
    written: int
    synced: bool


def why_not(folder: Path) -> str:
    """Why nothing can be traced here; empty when it can."""
    trial = [*STRACE, "-o", str(folder / "trial"), "true"]
    try:
        done = subprocess.run(trial, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "strace is not installed (apt-get install strace)"
    return f"ptrace is not permitted here: {done.stderr.strip()}" if done.returncode else ""


def calls(text: str) -> list[Call]:
    """The calls of a trace, by their beginning."""
    found: list[Call] = []
    open_calls: dict[str, Call] = {}
    for place, line in enumerate(text.splitlines()):
        if begun := BEGUN.match(line):
            words = FIRST_WORDS.search(begun["rest"])
            one = Call(begun["call"], begun["file"], words["words"] if words else "", place)
            found.append(one)
            if line.endswith("<unfinished ...>"):
                open_calls[begun["thread"]] = one
            else:
                _end(one, line, place)
        elif (ended := ENDED.match(line)) and ended["thread"] in open_calls:
            one = open_calls.pop(ended["thread"])
            if not one.words and (words := FIRST_WORDS.search(ended["rest"])):
                one.words = words["words"]
            _end(one, line, place)
    return found


def _end(one: Call, line: str, place: int) -> None:
    result = RESULT.search(line)
    one.ended, one.result = place, int(result[1]) if result else -1


def acknowledged(found: list[Call], log: str) -> Iterator[Acknowledged]:
    """Every success that was answered to a POST, held against writes and syncs of ``log``.

    For requests that come one after the other. ``synced``: the log was written, and a sync that
    began after its last write had succeeded before the answer began to be sent.
    """
    writes = [c for c in found if c.file.endswith(f"{log}>") and "write" in c.name]
    syncs = [c for c in found if c.file.endswith(f"{log}>") and c.name.endswith("sync")]
    for asked in found:
        if not asked.words.startswith("POST "):
            continue
        answer = next(
            c
            for c in found
            if c.file == asked.file and c.began > asked.ended and c.words.startswith("HTTP/1.1 ")
        )
        if answer.words.split(" ")[1][0] not in "23":
            continue
        own = [c for c in writes if asked.began < c.began < answer.began]
        last = max((c.ended if c.ended >= 0 else answer.began for c in own), default=answer.began)
        held = any(last < c.began and 0 <= c.ended < answer.began and not c.result for c in syncs)
        yield Acknowledged(asked.words, answer.words, len(own), held)
