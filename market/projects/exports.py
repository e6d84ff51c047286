"""The list of projects as a file: what the filters show, whole, in the reader's language."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from starlette.responses import Response

from market.kernel.call import Call
from market.projects.queries import ProjectCard, Wish, stream
from market.web.exports import Cell, Column, Holds, table_response
from market.web.i18n import say

NAME: Final = "projects"
COLUMNS: Final = (
    ("code", Holds.CODE, 17),
    ("title", Holds.TEXT, 44),
    ("owner", Holds.TEXT, 28),
    ("region", Holds.TEXT, 12),
    ("item", Holds.TEXT, 24),
    ("way", Holds.TEXT, 14),
    ("price", Holds.MONEY, 16),
    ("deadline", Holds.TIME, 20),
    ("stage", Holds.TEXT, 14),
    ("published", Holds.TIME, 20),
)


async def take_away(kind: str, locale: str, wish: Wish, call: Call) -> Response:
    """What was wished for; ``kind`` is one of ``market.web.exports.KINDS``."""
    columns = [
        Column(say(locale, f"project.column.{name}"), holds, width)
        for name, holds, width in COLUMNS
    ]

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        async for batch in stream(wish, call.actor, call.now):
            yield [_row(card, locale) for card in batch]

    return await table_response(kind, NAME, say(locale, "采购公告"), columns, rows())


def _row(card: ProjectCard, locale: str) -> list[Cell]:
    return [
        card.code,
        card.title,
        card.owner_name,
        card.place.label(locale),
        card.item.text("name", locale),
        say(locale, f"project.way.{card.way}"),
        card.control_price_fen,
        card.deadline_at,
        say(locale, card.status),
        card.published_at,
    ]
