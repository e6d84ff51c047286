"""What earlier versions left, kept in ``tests/releases/<day>/``, and how to tell tables apart."""

import io
import re
import tarfile
from pathlib import Path
from typing import Final

from market.infra import db

RELEASES: Final = Path(__file__).parents[1] / "releases"
FIRST: Final = RELEASES / "2026-11-22"
_POSTGRES: Final = """
SELECT 'column ' || attrelid::regclass AS place, attname::text AS name,
    format_type(atttypid, atttypmod) || ' ' || attnotnull
    || coalesce(' ' || pg_get_expr(adbin, adrelid), '') AS said
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND c.relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION SELECT 'constraint ' || conrelid::regclass, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace
UNION SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT 'trigger ' || tgrelid::regclass, tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT 'extension', extname, extversion FROM pg_extension
"""
_SQLITE: Final = """
SELECT type || ' ' || tbl_name AS place, name, coalesce(sql, '') AS said FROM sqlite_master
"""


def unpacked(name: str, folder: Path, release: Path = FIRST) -> Path:
    """``folder`` with what the archive of that release holds."""
    with tarfile.open(release / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def text_of(name: str, member: str, release: Path = FIRST) -> str:
    """One file of that archive."""
    with tarfile.open(release / f"{name}.tar.xz") as archive:
        found = archive.extractfile(member)
        assert found is not None
        return io.TextIOWrapper(found, "utf-8").read()


async def tables() -> dict[tuple[str, str], str]:
    """Every table, index, trigger and constraint of the open database, by place and name."""
    question = _POSTGRES if db.is_postgres() else _SQLITE
    rows = await db.connection().execute_query_dict(question)
    return {(row["place"], row["name"]): re.sub(r"\s+", " ", row["said"]) for row in rows}
