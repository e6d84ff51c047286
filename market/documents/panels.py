"""What this room contributes to pages that do not know it."""

from typing import Final

from market.web.panels import MenuLine

MENU: Final = (MenuLine(70, "/verify", "核验"),)
