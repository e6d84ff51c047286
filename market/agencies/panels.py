"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.web.panels import MenuLine

MENU: Final = (MenuLine(30, "/agencies", "机构亮晒比"),)
DESKS: Final = {Role.DEPARTMENT: "/my/items"}
