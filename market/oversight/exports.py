"""Open data: every selection whose winner is named, as CSV or Excel in the reader's language."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from starlette.responses import Response

from market.accounts.regions import place
from market.agencies.queries import cards
from market.oversight.queries.figures import Selection, selections
from market.projects.queries.cards import item_names
from market.web.exports import Cell, Column, Holds, table_response
from market.web.i18n import say

NAME: Final = "selections"
COLUMNS: Final = (
    ("项目编号", Holds.CODE, 17),
    ("轮次", Holds.COUNT, 8),
    ("选取方式", Holds.TEXT, 14),
    ("候选范围", Holds.TEXT, 18),
    ("地区代码", Holds.CODE, 10),
    ("地区", Holds.TEXT, 12),
    ("服务事项代码", Holds.CODE, 22),
    ("服务事项", Holds.TEXT, 24),
    ("发布时间（北京时间）", Holds.TIME, 20),
    ("截止时间（北京时间）", Holds.TIME, 20),
    ("结果时间（北京时间）", Holds.TIME, 20),
    ("公布时间（北京时间）", Holds.TIME, 20),
    ("控制价（元）", Holds.MONEY, 16),
    ("中选价（元）", Holds.MONEY, 16),
    ("中选机构编号", Holds.CODE, 14),
    ("中选机构", Holds.TEXT, 36),
    ("递补次数", Holds.COUNT, 10),
    ("状态", Holds.TEXT, 14),
)
Names = Mapping[str, str]


async def take_away(kind: str, locale: str) -> Response:
    """The whole table; ``kind`` is one of ``market.web.exports.KINDS``."""
    columns = [Column(say(locale, text), holds, width) for text, holds, width in COLUMNS]
    return await table_response(kind, NAME, say(locale, "选取结果"), columns, _table(locale))


async def _table(locale: str) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    items = {code: item.text("name", locale) for code, item in (await item_names()).items()}
    async for batch in selections():
        named = await cards.named([one.winner for one in batch if one.winner])
        english = {one.code: one.name_en for one in named if locale == "en" and one.name_en}
        yield [_row(locale, one, items, english) for one in batch]


def _row(locale: str, one: Selection, items: Names, english: Names) -> list[Cell]:
    return [
        one.project,
        one.attempt,
        say(locale, f"project.way.{one.way}"),
        say(locale, f"oversight.pool.{one.pool}"),
        one.region,
        place(one.region).label(locale),
        one.item,
        items.get(one.item),
        one.published_at,
        one.deadline_at,
        one.decided_at,
        one.revealed_at,
        one.control_price_fen,
        one.price_fen,
        one.winner,
        english.get(one.winner or "", one.winner_name or ""),
        one.moves,
        say(locale, f"oversight.state.{one.state}"),
    ]
