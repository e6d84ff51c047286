"""The list of agencies as a file: what the filters show, whole, in the reader's language."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.regions import place
from market.agencies.filters import Filters
from market.agencies.queries import listing
from market.agencies.queries.listing import ListedAgency
from market.kernel.call import Call
from market.web.exports import Cell, Column, Holds, table_response
from market.web.i18n import negotiate, say

_COLUMNS: Final = (
    ("机构编号", Holds.CODE, 12),
    ("机构名称", Holds.TEXT, 36),
    ("统一社会信用代码", Holds.CODE, 22),
    ("登记地", Holds.TEXT, 12),
    ("企业规模", Holds.TEXT, 12),
    ("信用状态", Holds.TEXT, 14),
    ("红名单", Holds.TEXT, 10),
    ("星级", Holds.TENTHS, 8),
    ("评价次数", Holds.COUNT, 10),
    ("可承接的服务事项", Holds.TEXT, 48),
)


async def export(request: Request, call: Call, filters: Filters, kind: str) -> Response:
    """The download; ``kind`` is one of ``market.web.exports.KINDS``."""
    locale = negotiate(request)
    columns = [Column(say(locale, text), holds, width) for text, holds, width in _COLUMNS]

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        async for batch in listing.batches(filters, call.now):
            yield [_row(agency, locale) for agency in batch]

    return await table_response(kind, "agencies", say(locale, "中介机构"), columns, rows())


def _row(agency: ListedAgency, locale: str) -> list[Cell]:
    return [
        agency.code,
        agency.text("name", locale),
        agency.credit_code,
        place(agency.region).label(locale),
        say(locale, f"agencies.size.{agency.size_class}"),
        say(locale, f"agencies.standing.{agency.standing}"),
        say(locale, "是" if agency.red else "否"),
        agency.stars if agency.ratings else None,
        agency.ratings,
        "; ".join(item.text("name", locale) for item in agency.items),
    ]
