"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role

DESKS: Final = {Role.AGENCY: "/my/applications"}
