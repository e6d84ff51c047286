"""The database index over searchable words: FTS5 on SQLite, a GIN index on PostgreSQL.

A searchable table has a column ``words`` (``market/web/search.py``: blank-separated, blank at both
ends) and a whole-number column that never changes. The index answers "which few rows hold all of
these words"; a word that very many rows hold is better found by walking the list itself, so ``few``
gives up at ``LIMIT`` and says so. Both ways are exact. Measured: README, "Speed".
"""

from collections.abc import Iterable
from typing import Final, Protocol

from market.infra import db

LIMIT: Final = 2000


class Wish(Protocol):
    """A word that must be there, or the beginning of one."""

    @property
    def word(self) -> str:
        """Letters and digits only."""

    @property
    def prefix(self) -> bool:
        """Whether longer words that begin so count too."""


async def prepare(table: str, number: str) -> None:
    """Create the index of ``table`` whose row number is the column ``number``.

    Runs twice unharmed.
    """
    await db.connection().execute_script(
        _POSTGRES.format(table=table)
        if db.is_postgres()
        else _SQLITE.format(table=table, number=number)
    )


async def few(
    table: str, number: str, wishes: Iterable[Wish], limit: int = LIMIT
) -> list[int] | None:
    """The numbers of the rows that hold all ``wishes``; None when more than ``limit`` do."""
    if db.is_postgres():
        query = " & ".join(f"'{w.word}'{':*' if w.prefix else ''}" for w in wishes)
        statement = (
            f"SELECT {number} AS n FROM {table}"  # noqa: S608 - both names are the code's own
            f" WHERE {_VECTOR} @@ $1::tsquery LIMIT {limit + 1}"
        )
    else:
        query = " AND ".join(f'"{w.word}"{"*" if w.prefix else ""}' for w in wishes)
        statement = (
            f"SELECT rowid AS n FROM {table}_words"  # noqa: S608 - as above
            f" WHERE {table}_words MATCH ? LIMIT {limit + 1}"
        )
    rows = await db.connection().execute_query_dict(statement, [query])
    return None if len(rows) > limit else [int(row["n"]) for row in rows]


_VECTOR: Final = "array_to_tsvector(string_to_array(btrim(words), ' '))"
_POSTGRES: Final = (
    f"CREATE INDEX IF NOT EXISTS {{table}}_words ON {{table}} USING gin (({_VECTOR}))"
)
_SQLITE: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS {table}_words
  USING fts5(words, content='{table}', content_rowid='{number}', detail='none', tokenize='ascii');
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
