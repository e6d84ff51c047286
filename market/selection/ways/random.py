"""By lot (随机选取): there is a draw, and nothing to compare; the fee is as it was announced."""

from market.selection.ways.way import BY_CONTRACT, Way, in_full
from signing.core.canonical import JsonObject
from signing.ways import random


def _announced(notice: JsonObject) -> str:
    terms = notice.get("way_terms")
    if not terms:
        return BY_CONTRACT
    fee = terms["fee"]
    if fee["kind"] == random.FIXED:
        return f"{in_full(fee['fen'])}，即公告的固定服务费"
    return f"按公告的计费标准计算：《{fee['name']}》（{fee['number']}），{fee['rule']}"


RANDOM = Way(rules=random.RANDOM, parts={}, flag=None, amount=_announced)
