"""Open data: every selection whose winner is named, as CSV or Excel in the reader's language."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from starlette.responses import Response

from market.accounts.regions import place
from market.kernel.clock import local
from market.kernel.money import yuan
from market.oversight.queries.figures import Selection, selections
from market.web.exports import Cell, csv_response, xlsx_response
from market.web.i18n import say

NAME: Final = "selections"
HEAD: Final = (
    "项目编号",
    "轮次",
    "选取方式",
    "候选范围",
    "地区代码",
    "地区",
    "服务事项",
    "发布时间",
    "截止时间",
    "结果时间",
    "公布时间",
    "控制价（元）",
    "中选价（元）",
    "中选机构编号",
    "中选机构",
    "递补次数",
    "状态",
)


async def take_away(kind: str, locale: str) -> Response:
    """The whole table; ``kind`` is csv or xlsx."""
    head = [say(locale, text) for text in HEAD]
    if kind == "csv":
        return csv_response(NAME, head, _table(locale))
    return await xlsx_response(NAME, head, _table(locale))


async def _table(locale: str) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    async for batch in selections():
        yield [_row(locale, one) for one in batch]


def _row(locale: str, one: Selection) -> list[Cell]:
    return [
        one.project,
        one.attempt,
        say(locale, f"project.way.{one.way}"),
        say(locale, f"oversight.pool.{one.pool}"),
        one.region,
        place(one.region).label(locale),
        one.item,
        _time(one.published_at),
        _time(one.deadline_at),
        _time(one.decided_at),
        _time(one.revealed_at),
        _money(one.control_price_fen),
        _money(one.price_fen),
        one.winner or "",
        one.winner_name or "",
        one.moves,
        say(locale, f"oversight.state.{one.state}"),
    ]


def _time(at: datetime | None) -> str:
    return local(at).isoformat(timespec="seconds") if at else ""


def _money(fen: int | None) -> str:
    return yuan(fen).replace(",", "") if fen is not None else ""
