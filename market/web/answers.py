"""JSON answers of reading addresses: frozen dataclasses as they are, dates in ISO 8601."""

from typing import Any

import orjson
from starlette.responses import Response


def json_response(value: Any) -> Response:
    """``value`` (dataclasses, dicts, lists, dates, enums) as UTF-8 JSON."""
    return Response(
        orjson.dumps(value), media_type="application/json", headers={"cache-control": "no-cache"}
    )
