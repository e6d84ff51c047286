"""Reads of the papers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from market.documents.models import PaperState, SignedPaper
from market.kernel.errors import not_found
from signing.core.canonical import JsonObject, loads


@dataclass(frozen=True, slots=True)
class PaperCard:
    """A paper as its verification page shows it."""

    code: str
    kind: str
    about: str
    signed: bool
    data: JsonObject
    data_sha256: str
    pdf_sha256: str | None
    ordered_at: datetime
    signed_at: datetime | None


async def paper(code: str) -> PaperCard:
    """The paper of that code; raises NOT_FOUND."""
    row = await SignedPaper.get_or_none(code=code.lower())
    if row is None:
        raise not_found("document")
    return _card(row)


async def paper_of(about: str, kind: str) -> PaperCard:
    """The paper of one kind about one thing; raises NOT_FOUND."""
    row = await SignedPaper.get_or_none(about=about, kind=kind)
    if row is None:
        raise not_found("document")
    return _card(row)


async def papers_of(abouts: Collection[str]) -> list[PaperCard]:
    """The papers about these things, in the order in which they were ordered."""
    rows = SignedPaper.filter(about__in=list(abouts)).order_by("ordered_at", "code")
    return [_card(row) for row in await rows]


async def paper_with(sha256: str) -> PaperCard | None:
    """The paper whose file or statement has this hash, if it is one of ours."""
    row = await SignedPaper.filter(pdf_sha256=sha256).first()
    row = row or await SignedPaper.filter(data_sha256=sha256).first()
    return _card(row) if row else None


async def signature_of(code: str) -> tuple[bytes, bytes]:
    """Statement and its detached CMS; raises NOT_FOUND while it is not signed."""
    row = await SignedPaper.get_or_none(code=code.lower(), state=PaperState.SIGNED)
    if row is None:
        raise not_found("document")
    return bytes(row.data), bytes(row.cms)


def _card(row: SignedPaper) -> PaperCard:
    return PaperCard(
        code=row.code,
        kind=row.kind,
        about=row.about,
        signed=row.state is PaperState.SIGNED,
        data=loads(bytes(row.data)),
        data_sha256=row.data_sha256,
        pdf_sha256=row.pdf_sha256,
        ordered_at=row.ordered_at,
        signed_at=row.signed_at,
    )
