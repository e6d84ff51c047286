"""The kinds of files that are taken: how each begins, ends its name, and is served."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from market.infra.inspection.unfit import UnfitError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind; ``endings`` are those of its names, the first is the one that we give."""

    name: str
    label: str
    endings: tuple[str, ...]
    media_type: str

    @property
    def ending(self) -> str:
        """The ending that we give."""
        return self.endings[0]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("pdf", "PDF", (".pdf",), "application/pdf"),
        Kind("signed_pdf", "PDF", (".pdf",), "application/pdf"),  # kept as it came: PAdES, 电子证照
        Kind("docx", "Word", (".docx",), _OFFICE + "wordprocessingml.document"),
        Kind("xlsx", "Excel", (".xlsx",), _OFFICE + "spreadsheetml.sheet"),
        Kind("jpeg", "JPEG", (".jpg", ".jpeg"), "image/jpeg"),
        Kind("png", "PNG", (".png",), "image/png"),
    )
}
ENDINGS: Final = tuple(sorted({ending for kind in KINDS.values() for ending in kind.endings}))

# How a file begins, and who looks further: a module of this folder.
_BEGINNINGS: Final = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "office"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def clean(data: bytes) -> tuple[str, bytes]:
    """The kind of ``data`` and its bytes as they may be kept; raises UnfitError."""
    if not data:
        raise UnfitError("inspection.empty")
    if data.startswith(_OLD_OFFICE):
        raise UnfitError("inspection.old_office")
    for beginning, module in _BEGINNINGS:
        if data.startswith(beginning):
            kind, kept = import_module(f"market.infra.inspection.{module}").clean(data)
            return str(kind), bytes(kept)
    raise UnfitError("inspection.unknown")
