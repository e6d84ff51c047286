"""Files of a project: hung on it before publication, taken away by everybody after it."""

from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.documents import file_names
from market.documents.attachments import StoredFile
from market.infra.inspection.child import inspected
from market.infra.inspection.kinds import ENDINGS
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.projects import attaching, queries
from market.web import pages
from market.web.answers import see_other
from market.web.errors import wants_json
from market.web.files import taken_away
from market.web.refused_form import Filled, comes_back

FIELD: Final = "file"


async def show(request: Request, call: Call) -> Response:
    """What hangs on the project, and the form for one more."""
    return await _page(request, call, Filled())


async def _page(request: Request, call: Call, filled: Filled) -> Response:
    code = request.path_params["code"]
    return pages.render(
        request,
        call,
        "projects/attachments.html",
        status=filled.status,
        errors=filled.errors,
        project=await queries.attaching(code, call.actor),
        limits=call.tools.uploads,
        endings=ENDINGS,
        back="check" if request.query_params.get("from") == "check" else "",
    )


@comes_back(_page, FIELD)
async def add(request: Request, call: Call) -> Response:
    """Take one file: inspect it, store what is clean of it, hang it on the project."""
    code = request.path_params["code"]
    await queries.attaching(code, call.actor)
    sent = (await request.form()).get(FIELD)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise MarketError("attachment.none", Kind.UNPROCESSABLE)
    await attaching.attach(call, code, await _stored(call, sent, file_names.cleaned(sent.filename)))
    return JSONResponse({"saved": True}) if wants_json(request) else _back(request)


async def _stored(call: Call, sent: UploadFile, name: str) -> StoredFile:
    """The file as it may be kept, once it is on the disk."""
    most = call.tools.uploads.one
    if (sent.size or 0) > most:
        raise MarketError("attachment.too_large", Kind.UNPROCESSABLE, most=most >> 20)
    async with inspected(sent.file) as clean:
        file_names.must_end_as(name, clean.kind)
        taken = await call.tools.files.take(clean.pieces)
    return StoredFile(name, clean.kind.name, taken.size, taken.sha256)


@comes_back(_page, FIELD)
async def remove(request: Request, call: Call) -> Response:
    """Take one file off the project."""
    code, attachment = request.path_params["code"], request.path_params["attachment"]
    await attaching.detach(call, code, attachment)
    return _back(request)


def _back(request: Request) -> Response:
    code, suffix = request.path_params["code"], ""
    if request.query_params.get("from") == "check":
        suffix = "?from=check"
    return see_other(f"/my/projects/{code}/attachments{suffix}")


async def download(request: Request, call: Call) -> Response:
    """The file, as it was announced by its hash."""
    code, sha256 = request.path_params["code"], request.path_params["sha256"]
    file = await queries.attachment(code, sha256, call.actor)
    return taken_away(
        await call.tools.files.pieces(file.sha256),
        file.name,
        file.kind.media_type,
        file.bytes,
        public=file.published_at is not None,
    )
