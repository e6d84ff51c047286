"""Pages of the register 亮晒比.

The list, one agency, up to four side by side, the list to take away.
"""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.regions import place, places
from market.agencies import exports
from market.agencies import filters as reading
from market.agencies.filters import MAX_COMPARED, STARS, Filters, Sort
from market.agencies.queries import cards, listing
from market.agencies.rules import ASSUMED_RATINGS, ASSUMED_STARS
from market.agencies.states import Standing
from market.catalogue import queries as catalogue
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.web import pages
from market.web.exports import KINDS
from market.web.search import matches


async def show_list(request: Request, call: Call) -> Response:
    """The list as the address says, or the whole of it as a file."""
    items = await catalogue.item_names()
    filters = read_filters(request, items)
    kind = request.query_params.get("format")
    if kind in KINDS:
        return await exports.export(request, call, filters, kind)
    found = await listing.page(filters, call.now)
    return pages.render(
        request,
        call,
        "agencies/list.html",
        filters=filters,
        page=found,
        rows=found.rows,
        total=await listing.count(filters, call.now),
        compared=await cards.named(filters.compared),
        items=[i for i in items if i.is_open],
        chosen_item=next((i for i in items if i.code == filters.item), None),
        meant=_meant(filters, items),
        counties=places()[1:],
        standings=list(Standing),
        star_steps=list(STARS),
        sorts=list(Sort),
        assumed={"ratings": ASSUMED_RATINGS, "stars": ASSUMED_STARS // 10},
        place=place,
    )


async def show(request: Request, call: Call) -> Response:
    """One agency."""
    code = request.path_params["code"]
    if not reading.is_code(code):
        raise not_found("agency")
    found = await cards.card(code, call.now)
    return pages.render(request, call, "agencies/show.html", agency=found, place=place)


async def compare(request: Request, call: Call) -> Response:
    """Two to four agencies side by side; with fewer it says how to choose."""
    known = await cards.named(reading.read_codes(request.query_params.getlist("code")))
    agencies = [await cards.card(agency.code, call.now) for agency in known]
    offers = [offer for agency in agencies for offer in agency.offers]
    often = Counter(offer.item for offer in offers)
    shared = {offer.item: offer for offer in sorted(offers, key=lambda o: -often[o.item])}
    return pages.render(
        request,
        call,
        "agencies/compare.html",
        agencies=agencies,
        shared=[offer for offer in shared.values() if often[offer.item] > 1],
        alone=[offer for offer in shared.values() if often[offer.item] == 1],
        most=MAX_COMPARED,
        place=place,
    )


def read_filters(request: Request, items: tuple[catalogue.ItemName, ...]) -> Filters:
    """The state in the address of ``request``."""
    return reading.read(
        request.query_params.multi_items(),
        [i.code for i in items],
        [p.code for p in places()],
    )


def _meant(
    filters: Filters, items: tuple[catalogue.ItemName, ...]
) -> tuple[catalogue.ItemName, ...]:
    """Items that the search words name: somebody who types 水保 looks for those who do it."""
    if not filters.pieces or filters.item:
        return ()
    return tuple(i for i in items if i.is_open and matches(i.words, filters.pieces))[:4]
