"""Files on their way out, to be saved: our own, and what was taken from somebody."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

_is_plain = re.compile(r"[\w.-]+", re.ASCII).fullmatch


def saved_as(name: str) -> dict[str, str]:
    """The header that has a browser save what comes, under that name (RFC 6266)."""
    said = f'="{name}"' if _is_plain(name) else f"*=UTF-8''{quote(name, safe='')}"
    return {"content-disposition": f"attachment; filename{said}"}


def to_save(data: bytes, name: str, media_type: str = "application/json") -> Response:
    """A small file of our own."""
    return Response(data, media_type=media_type, headers=saved_as(name))


def taken_away(
    pieces: AsyncIterator[bytes], name: str, media_type: str, size: int, *, public: bool
) -> Response:
    """A file of somebody else, ``size`` bytes: never shown or run in the page's name.

    What is ``public`` stands under its hash and never changes, so it may be kept.
    """
    headers = {
        **saved_as(name),
        "content-length": str(size),
        "cache-control": "public, max-age=86400, immutable" if public else "no-store",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
