"""A file of somebody else on its way out: taken away, never shown or run in the page's name."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse


def taken_away(
    pieces: AsyncIterator[bytes], name: str, media_type: str, size: int, *, public: bool
) -> Response:
    """``size`` bytes, piece by piece, to be saved as ``name`` (RFC 6266).

    What is ``public`` stands under its hash and never changes, so it may be kept.
    """
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-length": str(size),
        "cache-control": "public, max-age=86400, immutable" if public else "no-store",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
