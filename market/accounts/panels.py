"""What this room contributes to pages that do not know it."""

from typing import Final

from market.accounts.requests_page import to_confirm
from market.kernel.actors import ADMINISTRATORS

DUTIES: Final = (to_confirm,)
DESKS: Final = dict.fromkeys(ADMINISTRATORS, "/admin")
