"""The list of agencies as a file: what the filters show, whole, in the reader's language."""

from collections.abc import AsyncIterator, Sequence

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.regions import place
from market.agencies.filters import Filters
from market.agencies.queries import listing
from market.agencies.queries.listing import ListedAgency
from market.kernel.call import Call
from market.web.exports import Cell, csv_response, xlsx_response
from market.web.i18n import negotiate, say

KINDS = ("csv", "xlsx")
_HEAD = (
    "机构编号",
    "机构名称",
    "统一社会信用代码",
    "登记地",
    "企业规模",
    "信用状态",
    "红名单",
    "星级",
    "评价次数",
    "可承接的服务事项",
)


async def export(request: Request, call: Call, filters: Filters, kind: str) -> Response:
    """The download; ``kind`` is one of ``KINDS``."""
    locale = negotiate(request)
    head = [say(locale, text) for text in _HEAD]

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        async for batch in listing.batches(filters, call.now):
            yield [_row(agency, locale) for agency in batch]

    if kind == "csv":
        return csv_response("agencies", head, rows())
    return await xlsx_response("agencies", head, rows())


def _row(agency: ListedAgency, locale: str) -> list[Cell]:
    return [
        agency.code,
        agency.text("name", locale),
        agency.credit_code,
        place(agency.region).label(locale),
        say(locale, f"agencies.size.{agency.size_class}"),
        say(locale, f"agencies.standing.{agency.standing}"),
        say(locale, "是" if agency.red else "否"),
        f"{agency.stars / 10:.1f}" if agency.ratings else "",
        agency.ratings,
        "; ".join(item.text("name", locale) for item in agency.items),
    ]
