"""The freeze of a round: what counts, and where every registered agency stood.

Builds the documents (PROTOCOL.md §5.3, §6.3); storing and logging them is ``freeze``'s.
Reads only.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from market.agencies.queries import Candidate
from market.kernel.call import Tools
from market.selection.models import Round
from market.selection.round_secrets import salt_key
from signing.core.canonical import JsonObject, dumps, loads, unhex
from signing.core.hashing import tagged
from signing.draw.pool import Pool, pool_salt
from signing.rounds import admission, standing

POOL_ID = 16


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The standing of everybody: the root that is logged, and the private list behind it."""

    root: bytes
    private: bytes


def snapshot(
    tools: Tools, round_: Round, candidates: Iterable[Candidate], avoided: frozenset[str]
) -> Snapshot:
    """Commit to where every registered agency stands; salts come from a key that is not logged."""
    key = hmac.digest(tools.keys.secret("standing-salts"), round_.about.encode(), "sha256")
    rows = [
        (standing_record(c, avoided), hmac.digest(key, c.code.encode(), "sha256"))
        for c in candidates
    ]
    private = dumps([{"record": record, "salt": salt.hex()} for record, salt in rows])
    return Snapshot(standing.snapshot(rows).root, private)


def standing_record(candidate: Candidate, avoided: frozenset[str]) -> JsonObject:
    """{agency, qualified, standing, red, avoided} of one agency."""
    return {
        "agency": candidate.code,
        "qualified": candidate.qualified,
        "standing": candidate.standing,
        "red": candidate.red,
        "avoided": candidate.code in avoided,
    }


def shown_standing(private: bytes, agency: str) -> JsonObject | None:
    """One agency's standing with its proof, from the private list; None where it is not in it."""
    rows = [(row["record"], unhex(row["salt"])) for row in loads(private)]
    own = next((row for row in rows if row[0]["agency"] == agency), None)
    if own is None:
        return None
    everybody = standing.snapshot(rows)
    shown = everybody.shown(*own)
    standing.check(everybody.root, shown, agency)
    return shown


@dataclass(frozen=True, slots=True)
class QualifiedPool:
    """Everybody registered for the item as records; ``agencies`` maps per-draw ids to codes."""

    pool: Pool
    private: bytes


def qualified_pool(
    tools: Tools, round_: Round, candidates: Iterable[Candidate], avoided: frozenset[str]
) -> QualifiedPool:
    """One record a registered agency, left-out ones with their code."""
    key = salt_key(tools, round_.about)
    rows: list[JsonObject] = []
    agencies: list[JsonObject] = []
    for c in candidates:
        identity = tagged("pool-id", key, c.code)[:POOL_ID].hex()
        salt = agency_salt(key, c.code)
        excluded = "AVOIDED" if c.code in avoided else None if c.qualified else "NOT_QUALIFIED"
        rows.append(
            {
                "id": identity,
                "region": c.region,
                "red": c.red,
                "avoided": c.code in avoided,
                "agency_commit": admission.agency_commit(salt, c.code),
                "excluded": excluded,
            }
        )
        agencies.append({"id": identity, "agency": c.code})
    pool = Pool((row, pool_salt(key, row["id"])) for row in rows)
    return QualifiedPool(pool, dumps({"records": rows, "agencies": agencies}))


def pool_again(private: bytes, key: bytes) -> Pool:
    """The same pool from the private list."""
    rows = loads(private)["records"]
    return Pool((row, pool_salt(key, row["id"])) for row in rows)


def agency_behind(private: bytes, record_id: str) -> str:
    """The agency of a per-draw id."""
    rows = loads(private)["agencies"]
    return next(str(row["agency"]) for row in rows if row["id"] == record_id)


def agency_salt(key: bytes, agency: str) -> bytes:
    """The salt of an agency's commitment in a pool of all qualified."""
    return tagged("agency-salt", key, agency)
