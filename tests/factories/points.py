"""Kinds of points at which a process may die: of a flow's hundreds, those that can differ.

Inside a transaction every death rolls back, so that one before each table's writes and one among
the readings stand for all. Commits, what begins after them and what is done to files are told apart
by the writes that they close or follow.
"""

import re
from collections.abc import Callable, Sequence

WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
READINGS = ("SELECT", "PRAGMA", "WITH", "SHOW", "SET")
Choice = Callable[[Sequence[str]], list[int]]
ENDS = ("COMMIT", "ROLLBACK")
STATEMENTS = ("execute", "execute_insert", "execute_fetchall", "fetch", "fetchrow", "_execute")


class Kinds:
    """Names the kind of one point after the other; "" where nothing has happened since the last."""

    def __init__(self) -> None:
        self.writes: list[str] = []
        self.before = ""

    def of(self, point: str) -> str:
        """The kind of the next point."""
        when, act, text, *_ = (*point.split(" ", 2), "", "")
        if when == "after" and act in STATEMENTS:
            return ""
        write = WRITE.match(text)
        if write:
            self.writes.append(f"{write[1]} {write[2]}")
            return self.writes[-1]
        verb = (text.split() or [act])[0].rstrip(";").upper()
        if verb in READINGS:
            return "reading"
        kind = f"{when} {verb} of {self.writes} after {self.before}"
        if verb in ENDS and (when == "after" or act in STATEMENTS):
            self.before, self.writes = f"{self.writes}", []
        return kind


def one_of_each(points: Sequence[str]) -> list[int]:
    """The places of the first point of each kind."""
    kinds = Kinds()
    first: dict[str, int] = {}
    for place, point in enumerate(points):
        first.setdefault(kinds.of(point), place)
    return sorted(place for kind, place in first.items() if kind)


def every(points: Sequence[str]) -> list[int]:
    """All places."""
    return list(range(len(points)))
