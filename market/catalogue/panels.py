"""What this room contributes to pages that do not know it."""

from datetime import datetime
from typing import Final

from market.catalogue.models import ServiceItem
from market.catalogue.states import ItemState
from market.web.panels import Figure, MenuLine, Scope


async def offered(_now: datetime) -> list[Figure]:
    """How many service items are open."""
    count = await ServiceItem.filter(state=ItemState.OPEN).count()
    return [Figure(20, "服务事项", str(count), "项", href="/items")]


MENU: Final = (MenuLine(30, "/items", "服务事项"),)
FIGURES: Final = ((Scope.HOME, offered),)
