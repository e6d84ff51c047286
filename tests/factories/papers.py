"""Papers for a test: what a notice states, ordering one, and a city whose seal is installed."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from market.demo import authority
from market.documents import steps
from market.infra.db import use_case
from market.kernel.call import Call
from market.selection.papers import NOTICE
from tests.factories.city import TestCity
from tests.factories.town import FOUNDED

STATEMENT: dict[str, Any] = {
    "v": 2,
    "kind": "selection_notice",
    "about": "round:DZ-2026-000001/1",
    "project": "DZ-2026-000001",
    "title": "渠道整治工程水土保持方案编制",
    "owner": "通川区水务局（演示）",
    "owner_contact": {"name": "李晓明", "phone": "13987654321"},
    "region": "511702",
    "item": "SW-01",
    "way": "price",
    "pool": "applicants",
    "agency": {"code": "a-1", "name": "甲咨询（演示）", "credit_code": "91511799MA00000000"},
    "price_fen": 12_345_600,
    "control_price_fen": 15_000_000,
    "service_days": 20,
    "way_terms": None,
    "applicants": 3,
    "transcript_sha256": "ab" * 32,
    "decided_at": "2026-11-22T16:30:00.000Z",
    "published_from_at": "2026-11-22T16:30:00.000Z",
    "published_until_at": "2026-11-25T16:30:00.000Z",
    "issued_at": "2026-11-25T15:59:59.999Z",
}


@dataclass(frozen=True, slots=True)
class Ordered:
    """The code of a paper."""

    code: str


@use_case
async def _order(call: Call, about: str, data: dict[str, Any]) -> Ordered:
    return Ordered(await steps.order(call, NOTICE, about, data))


async def order(city: TestCity, **changes: Any) -> str:
    """The code of a notice that was ordered now."""
    data = STATEMENT | changes
    return (await _order(city.call(), str(data["about"]), data)).code


def install(city: TestCity, offices: Path) -> None:
    """The city's seal, its timestamp authority, and the authorities that it recognises."""
    shutil.copytree(offices / "seal", city.tools.data / "seal")
    renew(city, offices)


def renew(city: TestCity, offices: Path) -> None:
    """Fresh revocation lists."""
    authority.publish(offices / "authority", city.tools.data / "trust", FOUNDED, city.clock())
