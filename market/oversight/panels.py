"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.oversight import policy
from market.oversight.queries import alarms, duties
from market.projects.events import round_about
from market.web.panels import Card, MenuLine, Shown


async def refused(shown: Shown) -> list[Card]:
    """What trustees refused about the round, for whoever oversees."""
    if not policy.is_overseer(shown.viewer):
        return []
    about = round_about(shown.project, shown.attempt)
    found = await alarms.alarms(shown.viewer, about=about)
    return [Card("oversight/alarms_card.html", found)] if found else []


MENU: Final = (MenuLine(50, "/oversight", "监管"),)
DESKS: Final = {Role.REGULATOR: "/oversight"}
DUTIES: Final = (duties.to_countersign, duties.to_order_openings)
CARDS: Final = (refused,)
