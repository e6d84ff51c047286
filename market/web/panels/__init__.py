"""What rooms contribute to pages that know none of them, each in its module ``panels``."""

from market.web.panels.cards import Card, Shown, Tab, project_cards, tabs
from market.web.panels.desk import (
    DESK,
    MOST_DUTIES,
    MOST_OUTCOMES,
    Duty,
    DutyKind,
    Outcome,
    QuickAction,
    Wait,
    WaitKind,
    desk_of,
    duties,
    outcomes,
    quick_actions,
    waits,
)
from market.web.panels.figures import Figure, Scope, figures
from market.web.panels.menu import OPEN, MenuLine, below, public_menu, rooms_of
from market.web.panels.statuses import Status, statuses

__all__ = [
    "DESK",
    "MOST_DUTIES",
    "MOST_OUTCOMES",
    "OPEN",
    "Card",
    "Duty",
    "DutyKind",
    "Figure",
    "MenuLine",
    "Outcome",
    "QuickAction",
    "Scope",
    "Shown",
    "Status",
    "Tab",
    "Wait",
    "WaitKind",
    "below",
    "desk_of",
    "duties",
    "figures",
    "outcomes",
    "project_cards",
    "public_menu",
    "quick_actions",
    "rooms_of",
    "statuses",
    "tabs",
    "waits",
]
