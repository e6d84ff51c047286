"""What addresses answer beside pages: JSON for who reads, another address for who wrote."""

from typing import Any

import orjson
from starlette.responses import RedirectResponse, Response


def json_response(value: Any) -> Response:
    """``value`` (dataclasses, dicts, lists, dates in ISO 8601, enums) as UTF-8 JSON."""
    return Response(
        orjson.dumps(value), media_type="application/json", headers={"cache-control": "no-cache"}
    )


def see_other(path: str) -> RedirectResponse:
    """The page that shows what came of it, to be asked for anew (RFC 9110 §15.4.4)."""
    return RedirectResponse(path, 303, {"cache-control": "no-store"})
