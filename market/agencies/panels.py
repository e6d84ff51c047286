"""What this room contributes to pages that do not know it."""

from datetime import datetime
from typing import Final

from market.agencies.models import Agency
from market.kernel.actors import Role
from market.web.panels import Figure, MenuLine, Scope


async def registered(_now: datetime) -> list[Figure]:
    """How many agencies there are."""
    return [Figure(10, "入驻机构", str(await Agency.all().count()), "家", href="/agencies")]


MENU: Final = (MenuLine(30, "/agencies", "机构亮晒比"),)
DESKS: Final = {Role.DEPARTMENT: "/my/items"}
FIGURES: Final = ((Scope.HOME, registered),)
