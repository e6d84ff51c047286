"""When each timed job of this process last ran, and whether it worked; kept in memory only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Beat:
    """The last run of a job: when, and the kind of trouble it had (None: it worked)."""

    at: datetime
    trouble: str | None


_last: dict[str, Beat] = {}


def note(job: str, at: datetime, trouble: Exception | None = None) -> None:
    """Remember a run."""
    _last[job] = Beat(at, type(trouble).__name__ if trouble else None)


def beats() -> dict[str, Beat]:
    """The last run of every job that ran in this process."""
    return dict(_last)
