"""How to choose: the way and among whom (PROTOCOL.md §6)."""

from collections.abc import Iterator

from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source
from market.projects.rules.setting import Setting
from market.projects.rules.ways.registry import WAYS


def check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """A way is needed, one of the pools that it may choose from, and what it asks itself."""
    if draft.way is None:
        yield Breach("way", "project.missing.way", Source.WAYS)
        return
    way = WAYS[draft.way]
    pools = way.rules.pools
    if draft.pool is None and len(pools) > 1:
        yield Breach("pool", "project.missing.pool", Source.WAYS)
    elif draft.pool is not None and draft.pool not in pools:
        yield Breach("pool", "project.pool.random_only", Source.WAYS)
    yield from way.check(draft, setting)
