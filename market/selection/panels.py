"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.selection import duties

DESKS: Final = {Role.AGENCY: "/my/applications"}
DUTIES: Final = (duties.to_publish, duties.to_explain, duties.to_judge)
