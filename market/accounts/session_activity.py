"""When sessions were last used, remembered in this process until a job writes it down.

Pages are read without writing (a GET never writes), yet an idle session must end. What a worker has
not written down yet is at most half a minute old; idle times are minutes.
"""

from datetime import datetime

_last: dict[str, datetime] = {}


def note(token_sha256: str, now: datetime) -> None:
    """The session was used."""
    _last[token_sha256] = now


def last(token_sha256: str, stored: datetime) -> datetime:
    """The later of what is stored and what is remembered."""
    return max(stored, _last.get(token_sha256, stored))


def remembered() -> dict[str, datetime]:
    """Everything that waits to be written."""
    return dict(_last)


def written(seen: dict[str, datetime]) -> None:
    """Forget what has been written and has not changed since."""
    for token_sha256, at in seen.items():
        if _last.get(token_sha256) == at:
            del _last[token_sha256]
