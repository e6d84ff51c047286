"""The dossier of a project to take away: anybody may, once its newest round came to an end."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from market.dossiers import archive
from market.kernel.call import Call
from market.web.files import saved_as


async def download(request: Request, call: Call) -> Response:
    """The ZIP, streamed; its bytes depend on the ledger alone, but for the seal's own time."""
    code = request.path_params["code"]
    what = await archive.contents(code)
    await asyncio.to_thread(archive.must_be_complete, call.tools)
    return StreamingResponse(
        archive.stream(call.tools, what),
        media_type="application/zip",
        headers=saved_as(f"{what.project}.zip") | {"cache-control": "no-store"},
    )
