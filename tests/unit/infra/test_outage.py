"""What passes is told from what is broken, by the codes of both databases and of the system."""

import errno
import socket
import sqlite3

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, DoesNotExist, IntegrityError, OperationalError

from market.infra.outage import outage
from market.kernel.errors import Kind


def of_sqlite(name: str, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind("told")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    "error",
    [
        of_sqlite("SQLITE_BUSY"),
        of_sqlite("SQLITE_BUSY_SNAPSHOT"),
        OperationalError(of_sqlite("SQLITE_IOERR_WRITE")),
        of_sqlite("SQLITE_CANTOPEN"),
        asyncpg.AdminShutdownError("told"),
        asyncpg.ConnectionDoesNotExistError("told"),
        asyncpg.DeadlockDetectedError("told"),
        asyncpg.LockNotAvailableError("told"),
        asyncpg.QueryCanceledError("told"),
        asyncpg.TooManyConnectionsError("told"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("it: connection has been released back to the pool"),
        ConnectionRefusedError(errno.ECONNREFUSED, "told"),
        TimeoutError(),
        socket.gaierror(socket.EAI_NONAME, "told"),
        FileNotFoundError(errno.ENOENT, "the server's socket"),
        DBConnectionError("told"),
    ],
)
def test_what_passes(error: Exception) -> None:
    told = outage(error)
    assert told is not None, error
    assert (told.key, told.kind) == ("database.away", Kind.UNAVAILABLE)


@pytest.mark.parametrize(
    "error",
    [
        of_sqlite("SQLITE_FULL"),
        OperationalError(of_sqlite("SQLITE_FULL")),
        asyncpg.DiskFullError("told"),
        OSError(errno.ENOSPC, "told"),
        OSError(errno.EDQUOT, "told"),
    ],
)
def test_a_full_disk(error: Exception) -> None:
    told = outage(error)
    assert told is not None
    assert (told.key, told.kind) == ("files.no_room", Kind.NO_ROOM)


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(of_sqlite("SQLITE_CONSTRAINT_UNIQUE", sqlite3.IntegrityError)),
        OperationalError(of_sqlite("SQLITE_ERROR")),
        of_sqlite("SQLITE_READONLY"),
        OperationalError(asyncpg.PostgresSyntaxError("told")),
        asyncpg.UniqueViolationError("told"),
        asyncpg.InterfaceError("another operation is in progress"),
        sqlite3.ProgrammingError("told"),
        DoesNotExist("told"),
        FileNotFoundError(errno.ENOENT, "told", "a template"),
        PermissionError(errno.EACCES, "told"),
        OperationalError(),
        OperationalError("told"),
        KeyError("told"),
        RuntimeError(),
    ],
)
def test_what_is_broken(error: Exception) -> None:
    assert outage(error) is None
