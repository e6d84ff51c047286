"""By sealed price (网上竞价): prices are shown by code, one far below the others is explained.

Asked after 87号令 art. 60; the thresholds are region settings modelled on 财办库〔2024〕265号.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from market.selection.states import AFTER_DECISION, AFTER_REVEAL
from market.selection.ways.way import FarBelow, Way
from signing.ways import price

if TYPE_CHECKING:
    from collections.abc import Sequence

    from market.accounts.regions import RegionRules


def far_below(
    price_fen: int, others_fen: Sequence[int], control_fen: int | None, rules: RegionRules
) -> FarBelow | None:
    """Whether the winning price is far below the second price, everyone's mean or the control."""
    if control_fen is None:
        return None
    bounds = [("control", control_fen * rules.far_below_percent_of_control // 100)]
    if others_fen:
        second = min(others_fen) * rules.far_below_percent_of_second // 100
        everyone = sum(others_fen) + price_fen
        mean = everyone * rules.far_below_percent_of_mean // (100 * (len(others_fen) + 1))
        bounds = [("second", second), ("mean", mean), *bounds]
    return next((FarBelow(m, b) for m, b in bounds if price_fen < b), None)


PRICE = Way(
    rules=price.PRICE,
    parts={
        "prices": AFTER_DECISION,
        "far_below": AFTER_DECISION,
        "explanation": AFTER_REVEAL,
    },
    flag=far_below,
)
