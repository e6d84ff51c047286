"""PDF: nothing in it that acts, hides or bursts; what tells of its maker is taken out.

Everything is looked at, in direct dictionaries too, where no list of objects shows it. A signed
PDF (an electronic licence, a sealed paper) stays as it is, or its signature would fail.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import ObjectStreamMode, StreamDecodeLevel

from market.infra.inspection.unfit import UnfitError

ACTS: Final = frozenset(  # ISO 32000-2, 12.6.4: actions that do more than show
    {"/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR"}
    | {"/Rendition", "/RichMedia", "/Movie", "/Sound", "/3D", "/XFA"}
)
HIDES: Final = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/EF"})
TELLS: Final = ("/Metadata", "/PieceInfo")
MOST_CONTENT: Final = 32 << 20  # bytes of a stream that is no picture, unpacked
MOST_PICTURE: Final = 256 << 20
MOST_IN_ALL: Final = 512 << 20
MOST_OBJECTS: Final = 1_000_000
_PACKED: Final = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})


def clean(data: bytes) -> tuple[str, bytes]:
    """The PDF without what tells of its maker, or a signed one as it is; raises UnfitError."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise UnfitError("inspection.two_in_one")
    try:
        pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise UnfitError("inspection.pdf_locked") from None
    with pdf:
        if pdf.is_encrypted:
            raise UnfitError("inspection.pdf_locked")
        if not len(pdf.pages):
            raise UnfitError("inspection.unreadable")
        if _looked_through(pdf):
            if not data.rstrip(b"\0\r\n\t ").endswith(b"%%EOF"):
                raise UnfitError("inspection.two_in_one")
            return "signed_pdf", data
        return "pdf", _saved(pdf)


def _looked_through(pdf: pikepdf.Pdf) -> bool:
    """Whether it is signed; if not, what tells is taken out. Raises UnfitError."""
    signed, telling, unpacked = False, [], 0
    for each in _everything(pdf):
        names = set(each.keys())
        said = {str(each[key]) for key in names & {"/S", "/Type", "/Subtype"}}
        if (names | said) & ACTS:
            raise UnfitError("inspection.pdf_acts")
        if (names | said) & HIDES:
            raise UnfitError("inspection.pdf_hides")
        signed = signed or bool(said & {"/Sig", "/DocTimeStamp"}) or "/ByteRange" in names
        telling += [(each, key) for key in TELLS if key in names]
        if isinstance(each, pikepdf.Stream):
            if "/F" in names:
                raise UnfitError("inspection.pdf_hides")
            unpacked += _unpacked(each, picture="/Image" in said)
            if unpacked > MOST_IN_ALL:
                raise UnfitError("inspection.bursts")
    if not signed:
        for each, key in telling:
            del each[key]
    return signed


def _everything(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream, those too that stand inside another or in an array."""
    waiting: list[Any] = [*pdf.objects, pdf.trailer]
    for count, each in enumerate(_emptied(waiting)):
        if count > MOST_OBJECTS:
            raise UnfitError("inspection.too_much")
        if isinstance(each, pikepdf.Array):
            parts = list(each)
        elif isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            yield each
            parts = [each[key] for key in set(each.keys())]
        else:
            continue
        waiting += [one for one in parts if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _emptied(waiting: list[Any]) -> Iterator[Any]:
    while waiting:
        yield waiting.pop()


def _unpacked(stream: Any, *, picture: bool) -> int:
    """Bytes of a stream unpacked; raises UnfitError for one that bursts."""
    most = MOST_PICTURE if picture else MOST_CONTENT
    said = stream.get("/Filter")
    filters = [] if said is None else [said] if isinstance(said, pikepdf.Name) else list(said)
    packed = [str(one) for one in filters if str(one) in _PACKED]
    if len(packed) > 1:
        raise UnfitError("inspection.bursts")
    if not packed:
        return 0
    if str(filters[0]) in {"/FlateDecode", "/Fl"}:
        size = _inflated(stream.read_raw_bytes(), most)
    else:
        size = len(stream.read_bytes())
    if size > most:
        raise UnfitError("inspection.bursts")
    return size


def _inflated(packed: bytes, most: int) -> int:
    """How much comes out, as far as it can be unpacked; a little more than ``most`` is enough."""
    unpack, size = zlib.decompressobj(), 0
    try:
        while packed and size <= most:
            size += len(unpack.decompress(packed, 1 << 20))
            packed = unpack.unconsumed_tail
    except zlib.error:
        return size  # a reader stops here as well
    return size


def _saved(pdf: pikepdf.Pdf) -> bytes:
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    made = io.BytesIO()
    pdf.save(
        made,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
    )
    return made.getvalue()
