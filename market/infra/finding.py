"""The database index over searchable words: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL.

A searchable table has a column ``words`` (``market/web/search.py``) and a whole-number column that
never changes. ``few`` answers "which few rows may hold all of these pieces"; a piece that very many
rows hold is better tested row by row while the list is walked, so ``few`` gives up at ``LIMIT`` and
says so. The caller tests ``words`` itself either way: the index only narrows. (Two-character words
are whole trigrams thanks to the blanks around them; FTS5's own trigram search would miss them.)
"""

from collections.abc import Iterable
from typing import Any, Final

from market.infra import db

LIMIT: Final = 1000
_POSTGRES: Final = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (words gin_trgm_ops);
"""
_SQLITE: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS {table}_words
  USING fts5(words, content='{table}', content_rowid='{number}', detail='none', tokenize='trigram');
CREATE TRIGGER IF NOT EXISTS {table}_words_in AFTER INSERT ON {table} BEGIN
  INSERT INTO {table}_words (rowid, words) VALUES (new.{number}, new.words);
END;
CREATE TRIGGER IF NOT EXISTS {table}_words_out AFTER DELETE ON {table} BEGIN
  INSERT INTO {table}_words ({table}_words, rowid, words)
    VALUES ('delete', old.{number}, old.words);
END;
CREATE TRIGGER IF NOT EXISTS {table}_words_over AFTER UPDATE OF words ON {table} BEGIN
  INSERT INTO {table}_words ({table}_words, rowid, words)
    VALUES ('delete', old.{number}, old.words);
  INSERT INTO {table}_words (rowid, words) VALUES (new.{number}, new.words);
END;
"""


async def prepare(table: str, number: str) -> None:
    """Create the index of ``table`` whose row number is the column ``number``, if it is missing."""
    script = _POSTGRES if db.is_postgres() else _SQLITE
    await db.connection().execute_script(script.format(table=table, number=number))


async def few(
    table: str, number: str, pieces: Iterable[str], limit: int = LIMIT
) -> list[int] | None:
    """The numbers of all rows that hold every piece, and perhaps some more.

    None when there are over ``limit``. ``pieces`` have three characters or more: letters, digits,
    blanks.
    """
    values: list[Any]
    if db.is_postgres():
        values = [f"%{piece}%" for piece in pieces]
        condition = " AND ".join(f"words LIKE ${n}" for n, _ in enumerate(values, 1))
        statement = f"SELECT {number} AS n FROM {table} WHERE {condition} LIMIT {limit + 1}"  # noqa: S608 - our own names
    else:
        trigrams = dict.fromkeys(p[i : i + 3] for p in pieces for i in range(len(p) - 2))
        values = [" AND ".join(f'"{trigram}"' for trigram in trigrams)]
        index = f"{table}_words"
        statement = f"SELECT rowid AS n FROM {index} WHERE {index} MATCH ? LIMIT {limit + 1}"  # noqa: S608 - our own names
    rows = await db.connection().execute_query_dict(statement, values)
    return None if len(rows) > limit else [int(row["n"]) for row in rows]
