"""How to choose: the way and among whom (PROTOCOL.md §6)."""

from collections.abc import Iterator

from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source
from market.projects.rules.setting import Setting
from market.projects.states import Pool, Way


def check(draft: Draft, _setting: Setting) -> Iterator[Breach]:
    """A way is needed; only a random choice may be made among all qualified agencies."""
    if draft.way is None:
        yield Breach("way", "project.missing.way", Source.WAYS)
    elif draft.way is Way.RANDOM and draft.pool is None:
        yield Breach("pool", "project.missing.pool", Source.WAYS)
    elif draft.way is Way.PRICE and draft.pool is Pool.QUALIFIED:
        yield Breach("pool", "project.pool.random_only", Source.WAYS)
