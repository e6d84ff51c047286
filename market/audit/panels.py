"""What this room contributes to pages that do not know it."""

from typing import Final

from market.web.panels import MenuLine

MENU: Final = (MenuLine(60, "/log/", "账本"),)
