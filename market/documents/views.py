"""The pages of papers: what each says, whether its seals hold, and the check of a file at hand."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from market.documents import kinds, queries, seal
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, not_found
from market.web import pages
from market.web.answers import see_other
from market.web.door import limited_body
from market.web.forms import form_file, form_values
from market.web.i18n import refusal_key
from market.web.refused_form import Filled, comes_back
from signing.cms.verdicts import Signed
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.time.authority import REPLY_TYPE, respond

MOST = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SealLine:
    """One seal that was checked."""

    holder: str
    credit_code: str
    issuer: str
    signed_at: datetime
    stamped_at: datetime | None
    authority: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a file found: seals that hold, or the reason why it does not."""

    seals: list[SealLine]
    refused: str | None
    refused_facts: dict[str, str]
    ours: queries.PaperCard | None


async def show(request: Request, call: Call) -> Response:
    """The verification page of one paper: the QR code leads here."""
    card = await queries.paper(request.path_params["code"])
    verdict = None
    if card.signed and card.pdf_sha256:
        verdict = await _checked(call, await call.tools.files.get(card.pdf_sha256))
    page = kinds.named(card.kind).page
    return pages.render(request, call, page, paper=card, verdict=verdict)


async def download(request: Request, call: Call) -> Response:
    """The sealed PDF."""
    card = await queries.paper(request.path_params["code"])
    if card.pdf_sha256 is None:
        raise not_found("document")
    data = await call.tools.files.get(card.pdf_sha256)
    name = f'inline; filename="{card.kind}-{card.code}.pdf"'
    return Response(data, media_type="application/pdf", headers={"content-disposition": name})


async def statement(request: Request, _call: Call) -> Response:
    """The statement behind the paper, as it was signed."""
    data, _ = await queries.signature_of(request.path_params["code"])
    return Response(data, media_type="application/json")


async def signature(request: Request, _call: Call) -> Response:
    """The detached CMS over the statement (CAdES-B-T)."""
    _, made = await queries.signature_of(request.path_params["code"])
    return Response(made, media_type="application/pkcs7-signature")


async def asking(request: Request, call: Call) -> Response:
    """核验: a file at hand, a paper's number, a project's draw."""
    return await _asking(request, call, Filled())


async def _asking(
    request: Request, call: Call, filled: Filled, verdict: Verdict | None = None
) -> Response:
    return pages.render(
        request,
        call,
        "documents/verify.html",
        status=filled.status,
        verdict=verdict,
        values=filled.values,
        errors=filled.errors,
    )


@comes_back(_asking, "file")
async def verify(request: Request, call: Call) -> Response:
    """Check an uploaded paper, or find one by its number. Nothing that is sent is kept."""
    number = str((await form_values(request)).get("number") or "").strip()
    if number:
        return see_other(f"/documents/{await _numbered(number)}")
    data = await form_file(request, "file")
    if not data:
        raise _wrong("file", "documents.no_file")
    return await _asking(request, call, Filled(), await _checked(call, data))


async def _numbered(number: str) -> str:
    try:
        return (await queries.paper(number[:20])).code
    except MarketError as error:
        raise _wrong("number", "documents.unknown_number") from error


def _wrong(field: str, key: str) -> MarketError:
    return MarketError(key, Kind.UNPROCESSABLE, fields={field: (key, {})})


async def _checked(call: Call, data: bytes) -> Verdict:
    from signing.pdf import paper_check  # noqa: PLC0415 - pyHanko takes a second and 40 MB

    ours = await queries.paper_with(sha256(data).hex())
    try:
        found = await asyncio.to_thread(paper_check.verify, data, call.tools.trust())
    except Refused as refused:
        facts = {name: str(value) for name, value in refused.facts.items()}
        return Verdict([], refusal_key(refused.code), facts, ours)
    return Verdict([_line(one) for one in found], None, {}, ours)


def _line(one: Signed) -> SealLine:
    return SealLine(
        holder=one.holder.name,
        credit_code=one.holder.credit_code,
        issuer=one.holder.issuer,
        signed_at=one.signed_at,
        stamped_at=one.stamp.at if one.stamp else None,
        authority=one.authority,
    )


async def timestamp(request: Request, call: Call) -> Response:
    """The embedded timestamp authority (RFC 3161 over HTTP)."""
    if call.tools.tsa:
        raise MarketError("documents.tsa_elsewhere", Kind.NOT_FOUND)
    query = await limited_body(request)
    try:
        service = seal.timestamp_service(call.tools.data / "seal")
    except FileNotFoundError:
        raise MarketError("documents.no_tsa", Kind.UNAVAILABLE) from None
    answer = await asyncio.to_thread(respond, service, query, call.now)
    return Response(answer, media_type=REPLY_TYPE)
