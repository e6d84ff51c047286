"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.projects import queries as projects
from market.selection import blind, duties, policy
from market.selection.blind_audit.audits import finding_of
from market.selection.models import Result, Round
from market.web.panels import Card, Shown, Tab


async def blind_audit(shown: Shown) -> list[Card]:
    """What a blind audit of the round found."""
    round_ = await Round.get_or_none(project=shown.project, attempt=shown.attempt)
    found = await finding_of(round_) if round_ else None
    return [Card("selection/audit_card.html", found, zone="result")] if found else []


async def owner_contact(shown: Shown) -> list[Card]:
    """Whom the winner calls, from the reveal on and for good."""
    round_ = await Round.get_or_none(project=shown.project, attempt=shown.attempt)
    if round_ is None or "winner" not in blind.visible(shown.viewer.role, round_.state, round_.way):
        return []
    result = await Result.get(round_id=round_.about)
    if not policy.is_winner(shown.viewer, result.winner):
        return []
    whom = await projects.contact(shown.project)
    return [Card("selection/contact_card.html", whom, zone="result")]


DESKS: Final = {Role.AGENCY: "/my/applications"}
DUTIES: Final = (duties.to_publish, duties.to_explain, duties.to_judge)
TABS: Final = (Tab(20, "selection", "选取"),)
CARDS: Final = (owner_contact, blind_audit)
