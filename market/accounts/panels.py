"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import ADMINISTRATORS

DESKS: Final = dict.fromkeys(ADMINISTRATORS, "/admin")
