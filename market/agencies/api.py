"""The register for programs: what the pages show, as JSON. Reading needs no account."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.agencies import filters as reading
from market.agencies.queries import cards, listing
from market.agencies.views import read_filters
from market.catalogue import queries as catalogue
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.web.answers import json_response


async def list_agencies(request: Request, call: Call) -> Response:
    """``{"agencies": […], "next": address or null}``; the filters are those of the page."""
    filters = read_filters(request, await catalogue.item_names())
    reading.must_be_known(filters)
    page = await listing.page(filters, call.now)
    following = f"/api{filters.address(cursor=page.next)}" if page.next else None
    return json_response({"agencies": [_plain(row) for row in page.rows], "next": following})


async def show_agency(request: Request, call: Call) -> Response:
    """One agency with its offers, staff, past work and relatives."""
    code = request.path_params["code"]
    if not reading.is_code(code):
        raise not_found("agency")
    return json_response(await cards.card(code, call.now))


def _plain(row: listing.ListedAgency) -> dict[str, Any]:
    return {k: v for k, v in asdict(row).items() if k not in {"stars_rank", "name_rank"}}
