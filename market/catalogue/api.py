"""The catalogue for programs. Reading needs no account."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.catalogue import queries
from market.kernel.call import Call
from market.web.answers import json_response


async def list_items(_request: Request, _call: Call) -> Response:
    """``{"items": […]}``: all of them, closed ones included."""
    return json_response({"items": [_plain(item) for item in await queries.items()]})


async def show_item(request: Request, _call: Call) -> Response:
    """One item."""
    return json_response(_plain(await queries.item(request.path_params["code"])))


def _plain(item: queries.ItemCard) -> dict[str, Any]:
    return {name: value for name, value in asdict(item).items() if name != "words"}
