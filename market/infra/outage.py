"""What of an error is the world's trouble and passes: a lost database, a lock, a full disk.

Whoever asks again later may have an answer. A broken constraint or a wrong statement is a fault of
ours and stays what it is.
"""

import errno
import socket
import sqlite3
from typing import Final

from tortoise.exceptions import OperationalError

from market.kernel.errors import Kind, MarketError

# How a code begins (https://www.sqlite.org/rescode.html; PostgreSQL 15, appendix A): locks, memory,
# disks and connections, deadlocks, resources, an operator's hand, the server's own system.
_PASSING: Final = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_NOMEM", "SQLITE_IOERR", "SQLITE_CANTOPEN"),
    *("08", "40", "53", "55P03", "57", "58"),
)
_FULL: Final = frozenset({"ENOSPC", "EDQUOT", "SQLITE_FULL", "53100"})
# How asyncpg, in what it raises for its callers' mistakes, says that a connection was lost.
_CLOSED: Final = ("connection is closed", "connection has been released back to the pool")


def outage(error: BaseException) -> MarketError | None:
    """What people are told of it: UNAVAILABLE or NO_ROOM; None for whatever is no outage."""
    if isinstance(error, OperationalError) and error.args and isinstance(error.args[0], Exception):
        error = error.args[0]  # Tortoise puts its own name around the database's
    code = _code(error)
    if code in _FULL:
        return MarketError("files.no_room", Kind.NO_ROOM)
    if code.startswith(_PASSING) or _is_lost(error):
        return MarketError("database.away", Kind.UNAVAILABLE)
    return None


def _code(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "")
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "")
    return getattr(error, "sqlstate", None) or ""


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, FileNotFoundError):
        return error.filename is None  # a server's socket, which is gone with it
    return isinstance(error, ConnectionError | TimeoutError | socket.gaierror) or (
        str(error).endswith(_CLOSED)
    )
