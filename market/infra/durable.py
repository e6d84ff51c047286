"""What is demanded of the database before anything is acknowledged: that a commit is on the disk.

SQLite is told so when it is opened (``city.py``). PostgreSQL is somebody else's server, role and
database, each of which can say otherwise, so a city asks before it serves.
"""

from typing import Final

from market.infra import db
from market.kernel.errors import Kind, MarketError

# Each of them "off" lets a power cut take back what was acknowledged (PostgreSQL 15, §20.5).
NEEDED: Final = ("fsync", "synchronous_commit", "full_page_writes")


async def must_sync() -> None:
    """Refuse to serve on a PostgreSQL that acknowledges before it syncs (UNAVAILABLE)."""
    if not db.is_postgres():
        return
    for name in NEEDED:
        row = (await db.connection().execute_query_dict(f"SHOW {name}"))[0]
        if row[name] == "off":
            raise MarketError("database.not_durable", Kind.UNAVAILABLE, setting=name)
