"""By sealed price (网上竞价): prices are shown by code, one far below the others is explained.

Asked after 87号令 art. 60; the thresholds are region settings, by 财库〔2026〕2号 50 % of the mean of all
prices, 50 % of the second lowest and 45 % of the control price, each strictly.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
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
    """Whether the winning price is far below the second price, everyone's mean or the control.

    A bound is told as the first whole fen that is not below it.
    """
    bounds = []
    if others_fen:
        everyone = Fraction(sum(others_fen) + price_fen, len(others_fen) + 1)
        bounds += [
            ("second", min(others_fen) * rules.far_below_percent_of_second),
            ("mean", everyone * rules.far_below_percent_of_mean),
        ]
    if control_fen is not None:
        bounds += [("control", control_fen * rules.far_below_percent_of_control)]
    low = (FarBelow(m, ceil(Fraction(b, 100))) for m, b in bounds if price_fen * 100 < b)
    return next(low, None)


PRICE = Way(
    rules=price.PRICE,
    parts={
        "prices": AFTER_DECISION,
        "far_below": AFTER_DECISION,
        "explanation": AFTER_REVEAL,
    },
    flag=far_below,
)
