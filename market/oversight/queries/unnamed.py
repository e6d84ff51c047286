"""Rounds in which a code fell away without a name, and whether an opening was ordered of each."""

from collections.abc import Collection
from dataclasses import dataclass

from market.selection.models import Decision, OpeningOrder, Round
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
    rows = Decision.filter(round__region__in=list(regions), moves__not=[])
    if among is not None:
        rows = rows.filter(round__project__in=list(among))
    moved = await rows.order_by("-at", "round_id").limit(most).select_related("round")
    leaves = {one.round_id: _leaves(one) for one in moved}
    found = [one.round for one in moved if leaves[one.round_id]]
    orders = OpeningOrder.filter(round_id__in=[row.about for row in found])
    ordered = {str(leaf) for leaf in await orders.values_list("leaf", flat=True)} if found else {}
    return [FellAway(row, leaves[row.about] <= set(ordered)) for row in found]


def _leaves(decision: Decision) -> set[str]:
    return {move["leaf"] for move in decision.moves if move["cause"] in UNNAMED}
