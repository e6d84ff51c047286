"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.selection import duties
from market.selection.blind_audit.audits import finding_of
from market.selection.models import Round
from market.web.panels import Card, Shown


async def blind_audit(shown: Shown) -> list[Card]:
    """What a blind audit of the round found."""
    round_ = await Round.get_or_none(project=shown.project, attempt=shown.attempt)
    found = await finding_of(round_) if round_ else None
    return [Card("selection/audit_card.html", found, zone="result")] if found else []


DESKS: Final = {Role.AGENCY: "/my/applications"}
DUTIES: Final = (duties.to_publish, duties.to_explain, duties.to_judge)
CARDS: Final = (blind_audit,)
