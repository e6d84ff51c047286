"""What this room contributes to pages that do not know it."""

from typing import Final

from market.selection.pages.round_page import attempts_of
from market.selection.states import AFTER_DECISION, State
from market.web.panels import Card, Shown, Tab


async def dossier(shown: Shown) -> list[Card]:
    """Where everything of the project is kept, and whether it can be taken away by now."""
    attempts = await attempts_of(shown.project)
    if not attempts:
        return []
    is_over = attempts[0].state in AFTER_DECISION | {State.FAILED}
    given = {"project": shown.project, "is_over": is_over}
    return [Card("dossiers/dossier_card.html", given, tab="dossier")]


TABS: Final = (Tab(70, "dossier", "卷宗"),)
CARDS: Final = (dossier,)
