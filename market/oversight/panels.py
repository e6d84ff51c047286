"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.oversight.queries import duties
from market.web.panels import MenuLine

MENU: Final = (MenuLine(50, "/oversight", "监管"),)
DESKS: Final = {Role.REGULATOR: "/oversight"}
DUTIES: Final = (duties.to_countersign, duties.to_order_openings)
