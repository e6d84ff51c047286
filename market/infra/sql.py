"""Statements of the hot way, written once for both databases.

Composing a query anew costs the ORM several times what the database takes to answer it. What every
write needs (retry key, ledger head, entry) and what every upload needs is therefore written down.
``$1`` is the first value; PostgreSQL's ``FOR UPDATE`` is dropped on SQLite, whose unit is the only
writer. Values go to the driver as they are: text, numbers, bytes, aware instants.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from tortoise.backends.base.client import BaseDBAsyncClient

from market.kernel.clock import CITY_ZONE

Row = dict[str, Any]
_AHEAD: Final = "+8 hours"  # of UTC, on the city's wall clock: SQLite knows no zones


async def rows(client: BaseDBAsyncClient, text: str, *values: Any) -> list[Row]:
    """What a SELECT, or anything with RETURNING, gives."""
    return await client.execute_query_dict(_spoken(text, client), list(values))


async def run(client: BaseDBAsyncClient, text: str, *values: Any) -> None:
    """Carry out a statement that gives nothing."""
    await client.execute_query(_spoken(text, client), list(values))


async def insert(client: BaseDBAsyncClient, table: str, *added: Row) -> None:
    """Add rows with the same columns, in one statement."""
    values = [value for row in added for value in row.values()]
    await run(client, _insertion(table, tuple(added[0]), len(added)), *values)


def read_instant(stored: Any) -> datetime:
    """An instant as this database gives it: what SQLite computed of one is the text it keeps."""
    found: datetime = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return found


def month(client: BaseDBAsyncClient, column: str) -> str:
    """An expression for the month of an instant on the city's wall clock, such as 2026-11."""
    if client.capabilities.dialect == "postgres":
        return f"to_char({column} AT TIME ZONE '{CITY_ZONE}', 'YYYY-MM')"
    return f"strftime('%Y-%m', {column}, '{_AHEAD}')"


def among(values: Sequence[object], first: int = 1) -> str:
    """The places of these values in a statement, from number ``first`` on."""
    return ", ".join(f"${number}" for number, _ in enumerate(values, first))


def _spoken(text: str, client: BaseDBAsyncClient) -> str:
    return text if client.capabilities.dialect == "postgres" else _in_sqlite(text)


@cache
def _in_sqlite(text: str) -> str:
    return text.replace("$", "?").removesuffix(" FOR UPDATE")


@cache
def _insertion(table: str, columns: Sequence[str], count: int) -> str:
    width = len(columns)
    places = (", ".join(f"${row * width + n + 1}" for n in range(width)) for row in range(count))
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({'), ('.join(places)})"  # noqa: S608 - our own names
