"""What this room contributes to pages that do not know it."""

from datetime import datetime
from typing import Final

from market.agencies.models import Agency
from market.kernel.actors import Role
from market.web.panels import Figure, MenuLine, QuickAction, Scope


async def registered(_now: datetime) -> list[Figure]:
    """How many agencies there are."""
    return [Figure(10, "入驻机构", str(await Agency.all().count()), "家", href="/agencies")]


_DEPARTMENT: Final = frozenset({Role.DEPARTMENT})
MENU: Final = (
    MenuLine(20, "/agencies", "中介机构"),
    MenuLine(20, "/my/items", "本部门事项", _DEPARTMENT),
)
QUICK: Final = (
    QuickAction(
        10, "/my/items", "看本部门事项", "哪些事项机构太少，选取容易流标。", "paper", _DEPARTMENT
    ),
)
FIGURES: Final = ((Scope.HOME, registered),)
