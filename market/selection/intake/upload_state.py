"""What an upload has to know of its round and of its one-time key: two statements under one lock.

A last-minute rush asks this and nothing else. The first statement locks the round, the second reads
what became of the key until then; on PostgreSQL one statement for both would read what was there
before the lock was had. What follows from the answers is decided in ``upload``.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import orjson

from market.infra import db, sql
from market.kernel.errors import not_found
from market.selection.publishing.publication import terms_of
from market.selection.states import State
from signing.sealing.sealed import Envelope, Terms

_ROUND: Final = "SELECT state, deadline_at, terms FROM selection_round WHERE about = $1 FOR UPDATE"
_KEY: Final = """
SELECT
  EXISTS (SELECT 1 FROM selection_submission WHERE round_id = $1 AND author = $2
    AND application = $3 AND identity = $4) AS is_again,
  EXISTS (SELECT 1 FROM selection_admitted WHERE round_id = $1 AND author = $2) AS is_admitted,
  (SELECT max(seq) FROM selection_submission WHERE round_id = $1 AND author = $2) AS sent,
  (SELECT max(seq) FROM selection_withdrawal WHERE round_id = $1 AND author = $2) AS withdrawn
"""


@dataclass(frozen=True, slots=True)
class TakingRound:
    """A locked round, as far as uploads go."""

    about: str
    state: State
    deadline_at: datetime
    terms: Terms


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A one-time key in a round. ``is_again``: these very envelopes are there; ``highest``: -1."""

    is_again: bool
    is_admitted: bool
    highest: int


async def taking_round(about: str) -> TakingRound:
    """The round, its row locked until the unit ends. Inside a unit; raises NOT_FOUND."""
    found = await sql.rows(db.current().connection, _ROUND, about)
    if not found:
        raise not_found("round")
    (row,) = found
    deadline = sql.read_instant(row["deadline_at"])
    return TakingRound(about, State(row["state"]), deadline, _terms(about, row["terms"]))


async def known_key(about: str, application: Envelope, identity: Envelope) -> KnownKey:
    """What became of the author of ``application`` in the round. Inside a unit, under its lock."""
    values = about, application.author, application.sha256, identity.sha256
    (row,) = await sql.rows(db.current().connection, _KEY, *values)
    highest = max(-1 if row[name] is None else row[name] for name in ("sent", "withdrawn"))
    return KnownKey(bool(row["is_again"]), bool(row["is_admitted"]), highest)


@lru_cache(maxsize=256)
def _terms(about: str, facts: str) -> Terms:
    """Published once and never changed; the stored text itself is the key."""
    return terms_of(about, orjson.loads(facts))
