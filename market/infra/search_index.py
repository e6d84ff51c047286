"""The database index over searchable words: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL.

A searchable table has a column ``words`` (``market/web/search.py``) and a column of unique whole
numbers by which it is mostly listed; a migration makes the index over both, as 0002 does. It gives
rows in the order of that number, so a page of a common word costs the same however many rows have
it (``following``); for other orders ``few`` answers "which few rows may hold all of these pieces",
gives up at ``LIMIT`` and says so. The caller tests ``words`` itself either way: the index only
narrows. (Two-character words are whole trigrams thanks to the blanks around them; FTS5's own
trigram search would miss them.)
"""

from collections.abc import Iterable
from typing import Any, Final

from market.infra import db

LIMIT: Final = 1000


async def few(
    table: str, number: str, pieces: Iterable[str], limit: int = LIMIT
) -> list[int] | None:
    """The numbers of all rows that hold every piece, and perhaps some more.

    None when there are over ``limit``. ``pieces`` have three characters or more: letters, digits,
    blanks.
    """
    found = await _numbers(table, number, pieces, f"LIMIT {limit + 1}")
    return None if len(found) > limit else found


async def following(
    table: str, number: str, pieces: Iterable[str], limit: int, after: int | None, *, down: bool
) -> list[int]:
    """The next ``limit`` of those numbers after ``after`` in their order, or ``down`` from it."""
    beside = f"AND {{n}} {'<' if down else '>'} {after} " if after is not None else ""
    order = f"ORDER BY {{n}} {'DESC' if down else 'ASC'} LIMIT {limit}"
    return await _numbers(table, number, pieces, beside + order)


async def _numbers(table: str, number: str, pieces: Iterable[str], rest: str) -> list[int]:
    """Numbers of rows that hold every piece; ``rest`` of the statement calls the number ``{n}``."""
    values: list[Any]
    if db.is_postgres():
        values = [f"%{piece}%" for piece in pieces]
        condition = " AND ".join(f"words LIKE ${n}" for n, _ in enumerate(values, 1))
        source, column = table, number
    else:
        trigrams = dict.fromkeys(p[i : i + 3] for p in pieces for i in range(len(p) - 2))
        values = [" AND ".join(f'"{trigram}"' for trigram in trigrams)]
        source, column = _index(table, number), "rowid"
        condition = f"{source} MATCH ?"
    statement = f"SELECT {column} AS n FROM {source} WHERE {condition} {rest.format(n=column)}"  # noqa: S608 - our own names and numbers
    rows = await db.connection().execute_query_dict(statement, values)
    return [int(row["n"]) for row in rows]


def _index(table: str, number: str) -> str:
    return f"{table}_words_by_{number}"
