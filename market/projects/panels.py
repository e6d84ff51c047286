"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.projects import queries
from market.projects.queries import duties
from market.web.panels import Card, MenuLine, Shown


async def redos(shown: Shown) -> list[Card]:
    """Every further attempt that was asked for, the newest first."""
    asked = reversed(await queries.redos(shown.project))
    return [Card("projects/redo_card.html", one) for one in asked]


MENU: Final = (MenuLine(10, "/", "首页"), MenuLine(20, "/projects", "项目"))
DESKS: Final = {Role.OWNER: "/my/projects"}
DUTIES: Final = (duties.duties,)
CARDS: Final = (redos,)
