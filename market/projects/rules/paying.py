"""The money: where it comes from, and when this platform may not be used for it.

Fiscal money at or above the purchase threshold goes through government procurement (政府采购法
art. 2 and 8); a mixed sum that cannot be divided follows it whole (实施条例 art. 2). Cutting one
need into several to stay below is 化整为零 (实施条例 art. 28).
"""

from collections.abc import Iterator
from typing import Final

from market.kernel.money import wan, yuan
from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source, warning
from market.projects.rules.setting import ItemFacts, Setting
from market.projects.states import Funding
from signing.ways.registry import WAYS

FAR_OFF: Final = 10  # times less or more than usual
CHEAPEST_FEN: Final = 50_000  # nobody works for less than 500 元
WAN: Final = 10_000


def check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """Source of the money, control price, threshold, the item's usual range."""
    if draft.funding is None:
        yield Breach("funding", "project.missing.funding", Source.BUDGET)
    if draft.funding is Funding.MIXED and draft.fiscal_percent is None:
        yield Breach("fiscal_percent", "project.missing.fiscal_percent", Source.BUDGET)
    price = draft.control_price_fen
    if price is None:
        yield from _without_price(draft)
        return
    if not draft.control_price_sure:
        yield from questioned("control_price", price, setting.item)
    limit = setting.rules.purchase_threshold_fen
    if draft.fiscal_share and price >= limit:
        yield Breach(
            "control_price", "project.price.procurement", Source.PROCUREMENT, sums(limit=limit)
        )
    elif draft.fiscal_share and setting.spent_fen and setting.spent_fen + price >= limit:
        yield warning(
            "control_price",
            "project.price.splitting",
            Source.SPLITTING,
            **sums(spent=setting.spent_fen, limit=limit),
        )
    yield from _unusual(price, setting)


def _without_price(draft: Draft) -> Iterator[Breach]:
    if draft.way and WAYS[draft.way].priced:
        yield Breach("control_price", "project.price.needed_by_way", Source.WAYS)
    elif draft.fiscal_share:
        yield Breach("control_price", "project.price.needed_by_budget", Source.BUDGET)
    elif draft.funding and not draft.amount_note:
        yield Breach("amount_note", "project.missing.amount_note", Source.DEMAND)


def _unusual(price: int, setting: Setting) -> Iterator[Breach]:
    item = setting.item
    if item is None or item.floor_fen is None or item.ceiling_fen is None:
        return
    if not item.floor_fen <= price <= item.ceiling_fen:
        yield warning(
            "control_price",
            "project.price.unusual",
            Source.ITEM,
            **sums(low=item.floor_fen, high=item.ceiling_fen),
        )


def questioned(name: str, fen: int, item: ItemFacts | None) -> Iterator[Breach]:
    """Ask once about a sum that looks as if the unit were wrong: 6.80 元 for 6.8 万元.

    It is far from what the item usually costs, or from what any service costs.
    """
    floor = item.floor_fen // FAR_OFF if item and item.floor_fen else CHEAPEST_FEN
    ceiling = item.ceiling_fen * FAR_OFF if item and item.ceiling_fen else fen
    if fen < floor:
        facts = sums(said=fen, meant=fen * WAN)
        yield Breach(f"{name}_sure", "project.price.low_unit", Source.ITEM, facts)
    elif fen > ceiling:
        facts = sums(said=fen, meant=fen // WAN)
        yield Breach(f"{name}_sure", "project.price.high_unit", Source.ITEM, facts)


def sums(**fen: int) -> dict[str, str]:
    """Each sum in 万元 as Chinese offices write it, and in yuan under ``…_cny``."""
    return {n: wan(v) for n, v in fen.items()} | {f"{n}_cny": yuan(v) for n, v in fen.items()}
