"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Role
from market.projects import queries as projects
from market.selection import blind, duties, policy, whereabouts
from market.selection.blind_audit.audits import finding_of
from market.selection.models import Result, Round
from market.web.panels import Card, MenuLine, QuickAction, Shown, Tab


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


_AGENCY: Final = frozenset({Role.AGENCY})
MENU: Final = (
    MenuLine(20, "/my/applications", "商机", _AGENCY),
    MenuLine(30, "/my/receipts", "我的回执", _AGENCY),
)
QUICK: Final = (
    QuickAction(
        10,
        "/my/applications",
        "看可以报名的项目",
        "按您登记的服务事项列出，随时可以密封报名。",
        "lock",
        _AGENCY,
    ),
    QuickAction(
        20,
        "/my/receipts",
        "查看我的回执",
        "平台不知道您报了哪些名；回执在您的电脑上，截止后凭它看结果。",
        "paper",
        _AGENCY,
    ),
)
DUTIES: Final = duties.DUTIES
WAITS: Final = whereabouts.WAITS
STATUSES: Final = (whereabouts.statuses,)
OUTCOMES: Final = (whereabouts.won,)
TABS: Final = (Tab(20, "selection", "选取"),)
CARDS: Final = (owner_contact, blind_audit)
