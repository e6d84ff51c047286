"""What this room contributes to pages that do not know it."""

from datetime import datetime
from typing import Final

from market.audit.models import LedgerHead
from market.audit.publish import latest
from market.web.panels import OPEN, Figure, MenuLine, Scope


async def witnessed(_now: datetime) -> list[Figure]:
    """How much of the ledger the quorum has seen."""
    head, seen = await LedgerHead.get(id=1), await latest(witnessed=True)
    size = seen.size if seen else 0
    rest = head.size - size
    note, tone = (
        ("另有 %(n)s 条正在见证", "") if rest > 0 else ("全部条目都已由多数独立方见证", "good")
    )
    return [Figure(40, "账本见证", f"{size:,}", "条", note, {"n": rest}, tone, "/log/")]


MENU: Final = (
    MenuLine(30, "/log/", "账本", under=OPEN, text="每一次重要操作都在这里，只增不改。"),
    MenuLine(40, "/log/keys.json", "核验用的公钥", under=OPEN, text="离线核验要用的 trust.json。"),
)
FIGURES: Final = ((Scope.OVERSIGHT, witnessed),)
