"""What is published with a round, computed, not stored: rules of the draw, terms of envelopes.

The contributors are the owner and every trustee seen alive in the last 24 hours; fewer than k + 1
alive, or less than a strict majority of the independent ones, and nothing can be published
(PROTOCOL.md §4, §6.2).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from market.accounts.regions import rules_of
from market.kernel.call import Tools
from market.kernel.errors import Kind, Refusal, must
from market.projects.events import round_about
from market.selection.models import TrusteeSeen
from market.selection.publishing.project_need import Need
from market.selection.round_secrets import salt_key_commit
from market.web.pages import STATIC
from signing.core.canonical import instant
from signing.log.anchors import Anchors
from signing.rounds.facts import Published
from signing.sealing.sealed import SIZES, Seat, Terms
from signing.ways.pools import POOLS
from signing.ways.registry import WAYS

ALIVE = timedelta(hours=24)
BESIDE = ("draw_secret", "escrow")  # sealed in a round of any way


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that the publication entry will hold."""

    about: str
    attempt: int
    facts: Published

    @property
    def rules(self) -> dict[str, Any]:
        """The rules of the draw."""
        return self.facts.rules

    @property
    def terms(self) -> Terms:
        """The terms of every envelope of the round."""
        return terms_of(self.about, self.facts.written())


def about_of(project: str, attempt: int) -> str:
    """The ledger's name of a round."""
    return round_about(project, attempt)


def terms_of(about: str, facts: dict[str, Any]) -> Terms:
    """The envelopes' terms as the publication entry fixes them."""
    seats = tuple(Seat(t["id"], t["key"]) for t in facts["trustees"])
    return Terms(about, facts["k"], seats, facts["opens_at"])


@cache
def seal_script_sha256() -> str:
    """The fingerprint of the one script that seals in browsers."""
    return hashlib.sha256((STATIC / "vendor" / "seal.js").read_bytes()).hexdigest()


async def alive(anchors: Anchors, now: datetime) -> list[str]:
    """The trustees seen in the last 24 hours, in their order."""
    rows = await TrusteeSeen.filter(at__gte=now - ALIVE).values_list("trustee", flat=True)
    seen = {str(row) for row in rows}
    return [t.id for t in anchors.trustees if t.id in seen]


def why_not_suffice(anchors: Anchors, seen: list[str]) -> Refusal | None:
    """Too few trustees are there to ever open what would be sealed."""
    independent = [t.id for t in anchors.trustees if not t.platform]
    there = sum(t in seen for t in independent)
    if len(seen) < anchors.k + 1 or there * 2 <= len(independent):
        return Refusal(
            "selection.trustees_missing",
            Kind.UNAVAILABLE,
            {"seen": len(seen), "need": anchors.k + 1},
        )
    return None


async def prepare(tools: Tools, need: Need, now: datetime) -> Publication:
    """The publication of ``need`` as it would be logged at ``now``. Reads only."""
    anchors = tools.anchors
    seen = await alive(anchors, now)
    must(why_not_suffice(anchors, seen))
    settings, way = rules_of(need.region, now), WAYS[need.way]
    attempt, applied_for = need.attempt, POOLS[need.pool].applied_for
    about = about_of(need.code, attempt)
    rules = {
        "v": 1,
        "subject": f"round:{need.code}",
        "attempt": attempt,
        "take": 1,
        "reserves": settings.reserves,
        "pool": need.pool,
        "strata": ["all"],
        "constraints": [],
        "drop_order": [],
        "contributors": sorted(["owner", *(f"trustee:{t}" for t in seen)]),
        "salt_key_commit": None if applied_for else salt_key_commit(tools, about),
    }
    facts = Published(
        way=need.way,
        pool=need.pool,
        rules=rules,
        k=anchors.k,
        trustees=[{"id": t.id, "key": t.hpke} for t in anchors.trustees],
        opens_at=instant(need.deadline_at),
        sizes=[{"kind": kind, "bytes": SIZES[kind]} for kind in (*way.envelopes, *BESIDE)],
        control_price_fen=need.control_price_fen if way.priced else None,
        way_terms=need.way_terms,
        need_sha256=need.sha256,
        seal_script_sha256=seal_script_sha256(),
        platform_key=anchors.platform.hex(),
    )
    return Publication(about, attempt, facts)
