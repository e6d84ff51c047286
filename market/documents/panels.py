"""What this room contributes to pages that do not know it."""

from typing import Final

from market.documents import queries
from market.web.panels import OPEN, Card, MenuLine, Shown


async def papers(shown: Shown) -> list[Card]:
    """The papers about what is shown, ordered or sealed."""
    found = await queries.papers_of(shown.abouts)
    return [Card("documents/papers_card.html", found, zone="result")] if found else []


MENU: Final = (MenuLine(20, "/verify", "核验", under=OPEN, text="核对一份文书或卷宗是不是原件。"),)
CARDS: Final = (papers,)
