"""What this room contributes to pages that do not know it."""

from datetime import datetime
from typing import Final

from market.kernel.actors import Role
from market.projects import queries
from market.projects.queries import duties
from market.web.panels import Card, Figure, MenuLine, Shown


async def redos(shown: Shown) -> list[Card]:
    """Every further attempt that was asked for, the newest first."""
    asked = reversed(await queries.redos(shown.project))
    return [Card("projects/redo_card.html", one) for one in asked]


async def saved(_now: datetime) -> list[Figure]:
    """What choosing by price has saved."""
    permille = (await queries.numbers()).saving_permille
    value = "—" if permille is None else f"{permille // 10}.{permille % 10}%"
    return [Figure(20, "竞价平均节省", value, note="较控制价")]


MENU: Final = (MenuLine(10, "/", "首页"), MenuLine(20, "/projects", "项目"))
DESKS: Final = {Role.OWNER: "/my/projects"}
DUTIES: Final = (duties.duties,)
CARDS: Final = (redos,)
FIGURES: Final = (saved,)
