"""By sealed price (网上竞价): prices are shown by code, one far below the others is explained.

Asked after 87号令 art. 60. The thresholds are region settings, by 财库〔2026〕2号: strictly below
50 % of the mean of all prices, 50 % of the second lowest or 45 % of the control price.
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
    bounds: list[tuple[str, Fraction]] = []
    if others_fen:
        everyone = Fraction(sum(others_fen) + price_fen, len(others_fen) + 1)
        bounds += [
            ("second", Fraction(min(others_fen) * rules.far_below_percent_of_second, 100)),
            ("mean", everyone * rules.far_below_percent_of_mean / 100),
        ]
    if control_fen is not None:
        bounds += [("control", Fraction(control_fen * rules.far_below_percent_of_control, 100))]
    return next((FarBelow(m, ceil(b)) for m, b in bounds if price_fen < b), None)


PRICE = Way(
    rules=price.PRICE,
    parts={
        "prices": AFTER_DECISION,
        "far_below": AFTER_DECISION,
        "explanation": AFTER_REVEAL,
    },
    flag=far_below,
)
