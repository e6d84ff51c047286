"""What an upload has to know of its round and of its one-time key: two statements under one lock.

A last-minute rush asks this and nothing else. The first statement locks the round, the second reads
what became of the key until then; on PostgreSQL one statement for both would read what was there
before the lock was had. What follows from the answers is decided in ``upload``.
"""

from collections.abc import Sequence
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
from signing.ways.registry import WAYS

_ROUND: Final = (
    "SELECT state, way, deadline_at, terms FROM selection_round WHERE about = $1 FOR UPDATE"
)
_KEY: Final = """
SELECT
  (SELECT count(*) FROM selection_envelope WHERE round_id = $1 AND author = $2 AND seq = $3
    AND sha256 IN ({})) AS known,
  EXISTS (SELECT 1 FROM selection_admitted WHERE round_id = $1 AND author = $2) AS is_admitted,
  (SELECT max(seq) FROM selection_submission WHERE round_id = $1 AND author = $2) AS sent,
  (SELECT max(seq) FROM selection_withdrawal WHERE round_id = $1 AND author = $2) AS withdrawn
"""


@dataclass(frozen=True, slots=True)
class TakingRound:
    """A locked round, as far as uploads go; ``kinds`` of envelopes that come together."""

    about: str
    state: State
    kinds: tuple[str, ...]
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
    kinds, terms = WAYS[row["way"]].envelopes, _terms(about, row["terms"])
    return TakingRound(about, State(row["state"]), kinds, deadline, terms)


async def known_key(about: str, envelopes: Sequence[Envelope]) -> KnownKey:
    """What became of the author of these in the round. Inside a unit, under its lock."""
    first, hashes = envelopes[0], [one.sha256 for one in envelopes]
    values = about, first.author, first.seq, *hashes
    text = _KEY.format(sql.among(hashes, 4))
    (row,) = await sql.rows(db.current().connection, text, *values)
    highest = max(-1 if row[name] is None else row[name] for name in ("sent", "withdrawn"))
    return KnownKey(row["known"] == len(hashes), bool(row["is_admitted"]), highest)


@lru_cache(maxsize=256)
def _terms(about: str, facts: str) -> Terms:
    """Published once and never changed; the stored text itself is the key."""
    return terms_of(about, orjson.loads(facts))
