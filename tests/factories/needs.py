"""Needs as an owner types them: one without any breach, and what the rules must know of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from market.accounts.regions import rules_of
from market.kernel.calendar import Calendar
from market.kernel.clock import local
from market.projects.rules import ItemFacts, Setting

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 on the city's clock
ITEM = ItemFacts("soil-conservation", "水土保持方案编制", "Soil plan", 2_000_000, 15_000_000, 40)


def typed(now: datetime = NOW, **changes: Any) -> dict[str, str]:
    """Form values of a need that breaks no rule when published at ``now``."""
    end = local(now + timedelta(days=9)).replace(hour=16, minute=0)
    while end.weekday() > 4:
        end += timedelta(days=1)
    values = {
        "title": "滨河路防洪治理工程水土保持方案编制",
        "item": ITEM.code,
        "summary": "编制水土保持方案报告书，完成专家评审并取得准予许可决定。",
        "scale": "治理河道 3.2 公里",
        "service_days": "30",
        "region": "511702",
        "address": "朝阳街道滨河路",
        "contact_name": "李晓明",
        "contact_phone": "0818-2100000",
        "complaint_phone": "0818-2100001",
        "funding": "fiscal",
        "needs_approval": "no",
        "control_price": "12",
        "control_unit": "wan",
        "amount_note": "分两期支付",
        "way": "price",
        "pool": "applicants",
        "fee_kind": "fixed",
        "fee": "68000",
        "deadline_at": f"{end:%Y-%m-%dT%H:%M}",
    }
    return values | changes


def setting(**changes: Any) -> Setting:
    """The rules of the city at ``NOW`` with the item of ``typed``."""
    given: dict[str, Any] = {
        "rules": rules_of("511702", NOW),
        "calendar": Calendar(),
        "now": NOW,
        "item": ITEM,
        "regions": frozenset({"511700", "511702"}),
    }
    return Setting(**(given | changes))
