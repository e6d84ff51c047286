"""Pages that put an item and its agencies together; they live here because this floor sees both.

``/items/{code}`` is everyone's; ``/my/items`` is the department's own list with its figures.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.regions import place
from market.agencies.filters import Filters
from market.agencies.queries import cards, listing
from market.agencies.queries.cards import Supply
from market.catalogue import queries as catalogue
from market.catalogue.policy import is_own
from market.catalogue.queries import ItemCard
from market.kernel.call import Call
from market.web import pages

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class OwnItem:
    """One line of a department's page."""

    item: ItemCard
    supply: Supply


async def show_item(request: Request, call: Call) -> Response:
    """What an item is for, what it rests on, who may offer it, who does."""
    item = await catalogue.item(request.path_params["code"])
    filters = Filters(item=item.code, able=True)
    page = await listing.page(filters, call.now, _SHOWN)
    return pages.render(
        request,
        call,
        "agencies/item.html",
        item=item,
        agencies=page.rows,
        filters=filters,
        supply=await cards.supply(item.code, call.now),
        place=place,
    )


async def show_own_items(request: Request, call: Call) -> Response:
    """The items that the signed-in department answers for."""
    own = [i for i in await catalogue.items() if is_own(call.actor, i.department)]
    lines = [OwnItem(item, await cards.supply(item.code, call.now)) for item in own]
    return pages.render(request, call, "agencies/own_items.html", lines=lines)
