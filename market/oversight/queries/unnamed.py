"""Rounds in which a code fell away without a name, and whether an opening was ordered of each."""

from collections.abc import Collection
from dataclasses import dataclass

from market.selection.models import OpeningOrder, Round
from market.selection.rules import UNNAMED


@dataclass(frozen=True, slots=True)
class FellAway:
    """A round, and whether an order was handed in for every such code."""

    round: Round
    ordered: bool


async def fell_away(
    regions: Collection[str], most: int, among: Collection[str] | None = None
) -> list[FellAway]:
    """Those of the regions, the newest decision first; at ``most`` of so many rounds that moved."""
    if not regions:
        return []
    rows = Round.filter(region__in=list(regions), moves__not=[])
    if among is not None:
        rows = rows.filter(project__in=list(among))
    moved = await rows.order_by("-decided_at", "about").limit(most)
    leaves = {row.about: _leaves(row) for row in moved}
    found = [row for row in moved if leaves[row.about]]
    orders = OpeningOrder.filter(round_id__in=[row.about for row in found])
    ordered = {str(leaf) for leaf in await orders.values_list("leaf", flat=True)} if found else {}
    return [FellAway(row, leaves[row.about] <= set(ordered)) for row in found]


def _leaves(row: Round) -> set[str]:
    return {move["leaf"] for move in row.moves if move["cause"] in UNNAMED}
