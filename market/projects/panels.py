"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.projects.queries import duties
from market.web.panels import MenuLine

MENU: Final = (MenuLine(10, "/", "首页"), MenuLine(20, "/projects", "项目"))
DESKS: Final = {Role.OWNER: "/my/projects"}
DUTIES: Final = (duties.duties,)
