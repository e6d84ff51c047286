"""What is asked and by whom: a need must be complete (政府采购法实施条例 art. 15)."""

from collections.abc import Iterator

from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source, warning
from market.projects.rules.setting import Setting

_NEEDED = (
    ("title", Source.DEMAND),
    ("item", Source.ITEM),
    ("summary", Source.DEMAND),
    ("service_days", Source.DEMAND),
    ("region", Source.REGION),
    ("contact_name", Source.FORM),
    ("contact_phone", Source.FORM),
    ("complaint_phone", Source.REGION),
)
SHORTEST_TITLE = 6
SHORTEST_SUMMARY = 20


def check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """What is missing or too thin, and an item that is not in the catalogue."""
    for name, source in _NEEDED:
        if not getattr(draft, name):
            yield Breach(name, f"project.missing.{name}", source)
    if draft.title and len(draft.title) < SHORTEST_TITLE:
        yield Breach("title", "project.title.short", Source.DEMAND, {"least": SHORTEST_TITLE})
    if draft.summary and len(draft.summary) < SHORTEST_SUMMARY:
        yield Breach("summary", "project.summary.short", Source.DEMAND, {"least": SHORTEST_SUMMARY})
    if draft.region and draft.region not in setting.regions:
        yield Breach("region", "project.region.unknown", Source.REGION)
    if draft.needs_approval and not draft.approval_number:
        yield Breach("approval_number", "project.missing.approval_number", Source.DEMAND)
    if draft.item:
        yield from _item(draft, setting)


def _item(draft: Draft, setting: Setting) -> Iterator[Breach]:
    item = setting.item
    if item is None:
        yield Breach("item", "project.item.unknown", Source.ITEM)
        return
    if not item.is_open:
        yield Breach("item", "project.item.retired", Source.ITEM, {"item": item.name})
        return
    limit, days = item.time_limit_days, draft.service_days
    if limit and days and days > limit:
        yield warning("service_days", "project.days.beyond_item", Source.ITEM, limit=limit)
