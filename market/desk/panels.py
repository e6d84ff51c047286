"""What this room contributes to pages that do not know it."""

from typing import Final

from market.web.guards import SIGNED_IN
from market.web.panels import DESK, OPEN, MenuLine

MENU: Final = (
    MenuLine(10, DESK, "工作台", SIGNED_IN.roles),
    MenuLine(50, OPEN, "公开与核验"),
)
