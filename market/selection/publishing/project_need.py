"""What a round takes from the project that it serves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.kernel.actors import Actor
from market.kernel.errors import Refusal
from market.projects import queries as projects
from signing.core.canonical import dumps


@dataclass(frozen=True, slots=True)
class Need:
    """The published need, as far as a round rests on it."""

    code: str
    owner: str
    why_not_publish: Refusal | None
    item: str
    region: str
    way: str
    pool: str
    control_price_fen: int | None
    way_terms: dict[str, Any] | None
    deadline_at: datetime
    attempt: int
    sha256: str


async def need_of(code: str, viewer: Actor, now: datetime) -> Need:
    """The need of a project that ``viewer`` may see; raises NOT_FOUND."""
    card = await projects.card(code, viewer, now)
    return Need(
        code=card.code,
        owner=card.owner,
        why_not_publish=card.why_not_publish,
        item=card.item.code,
        region=card.place.code,
        way=str(card.way),
        pool=str(card.pool),
        control_price_fen=card.control_price_fen,
        way_terms=card.way_terms,
        deadline_at=card.deadline_at,
        attempt=card.attempt,
        sha256=card.need_sha256,
    )


async def need_bytes(code: str) -> bytes:
    """The public need as canonical bytes, whose hash stands in the publication."""
    return dumps(await projects.need(code))


async def avoided(code: str) -> frozenset[str]:
    """The agencies that must stay out (回避)."""
    return _names(await projects.need(code))


async def closed_to(agency: str, codes: Collection[str]) -> set[str]:
    """Those of the projects from which ``agency`` must stay out."""
    needs = await projects.needs(codes)
    return {code for code, need in needs.items() if agency in _names(need)}


def _names(need: dict[str, Any]) -> frozenset[str]:
    return frozenset(str(row["agency"]) for row in need["avoid"])
