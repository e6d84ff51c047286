"""Whether everything runs: figures for the system administrator, no secret and no sealed data."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from market.audit.models import LedgerHead
from market.audit.publish import latest, published_size
from market.documents.models import PaperState, SignedPaper
from market.infra import db, job_heartbeats
from market.kernel.call import Call, Tools
from market.oversight.queries.regulator_page import TrusteeRow, trustees
from signing.log import note
from signing.pki.trust import Trust

MIB = 1024 * 1024
OFTEN_TRIED = 5


@dataclass(frozen=True, slots=True)
class JobLine:
    """A timed job of this process: its last run, and the kind of trouble it had."""

    name: str
    at: datetime
    trouble: str | None


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """A recognised authority: until when its certificates and its revocation list serve."""

    id: str
    name: str
    uses: tuple[str, ...]
    until_at: datetime
    listed_at: datetime | None
    list_until_at: datetime | None
    stale: bool


@dataclass(frozen=True, slots=True)
class SystemPage:
    """What the status page shows; ``unread`` are files of the trust folder."""

    database: str
    database_mib: int
    disk_free_mib: int
    disk_percent: int
    ledger_size: int
    published: int
    checkpoint_at: datetime | None
    checkpoint_size: int
    witnessed_size: int
    witnesses: tuple[tuple[str, bool], ...]
    papers_waiting: int
    papers_stuck: int
    trustees: tuple[TrusteeRow, ...]
    authorities: tuple[AuthorityLine, ...]
    unread: tuple[str, ...]
    jobs: tuple[JobLine, ...]


async def system(call: Call) -> SystemPage:
    """The state of this city and of the process that answers."""
    tools = call.tools
    head = await LedgerHead.get(id=1)
    newest, seen = await latest(), await latest(witnessed=True)
    lines = {line.name for line in note.parse(newest.note).lines} if newest else set()
    trust = await asyncio.to_thread(tools.trust)
    waiting = SignedPaper.filter(state=PaperState.ORDERED)
    disk = await asyncio.to_thread(shutil.disk_usage, tools.data)
    return SystemPage(
        database="PostgreSQL" if db.is_postgres() else "SQLite",
        database_mib=await _database_bytes(tools) // MIB,
        disk_free_mib=disk.free // MIB,
        disk_percent=disk.free * 100 // disk.total,
        ledger_size=head.size,
        published=await asyncio.to_thread(published_size, tools),
        checkpoint_at=newest.at if newest else None,
        checkpoint_size=newest.size if newest else 0,
        witnessed_size=seen.size if seen else 0,
        witnesses=tuple((t.id, t.name in lines) for t in tools.anchors.trustees),
        papers_waiting=await waiting.count(),
        papers_stuck=await waiting.filter(tries__gte=OFTEN_TRIED).count(),
        trustees=await trustees(call),
        authorities=authorities(trust, call.now),
        unread=trust.unread,
        jobs=tuple(JobLine(n, b.at, b.trouble) for n, b in sorted(job_heartbeats.beats().items())),
    )


def authorities(trust: Trust, now: datetime) -> tuple[AuthorityLine, ...]:
    """The recognised authorities at ``now``, each with the list that runs out first.

    Stale: one of its issuers has no revocation list that still covers ``now``.
    """
    found = []
    for one in trust.authorities:
        issuers = {c.subject for c in (*one.roots, *one.intermediates)}
        newest = [_newest(trust, issuer) for issuer in issuers]
        listed = [crl for crl in newest if crl is not None]
        first = min(listed, key=_covers, default=None)
        ends = [c.not_valid_after_utc for c in one.roots] + ([one.ends] if one.ends else [])
        found.append(
            AuthorityLine(
                id=one.id,
                name=one.name,
                uses=one.uses,
                until_at=min(ends),
                listed_at=first.last_update_utc if first is not None else None,
                list_until_at=first.next_update_utc if first is not None else None,
                stale=len(listed) < len(newest) or any(_covers(crl) <= now for crl in listed),
            )
        )
    return tuple(found)


def _newest(trust: Trust, issuer: x509.Name) -> x509.CertificateRevocationList | None:
    lists = (crl for crl in trust.crls if crl.issuer == issuer)
    return max(lists, key=lambda crl: crl.last_update_utc, default=None)


def _covers(crl: x509.CertificateRevocationList) -> datetime:
    return crl.next_update_utc or crl.last_update_utc


async def _database_bytes(tools: Tools) -> int:
    if db.is_postgres():
        rows = await db.connection().execute_query_dict(
            "SELECT pg_database_size(current_database()) AS bytes"
        )
        return int(rows[0]["bytes"])
    files = await asyncio.to_thread(lambda: list(tools.data.glob("market.sqlite*")))
    return sum(path.stat().st_size for path in files)
