"""Reading a signed paper: do its signatures count, is all of it covered, what is attached.

PROTOCOL.md §7 and check 12 of §8. A paper counts when it carries signatures, every one of them is
whole, stamped and made with a certificate that counted at its timestamp for papers, nothing but
further signatures was added after each, and the last one covers the file to its end. The strict
walk of `signed_data` and pyHanko must both agree. Revocation
lists in the file are used beside those at hand: they are signed by the authorities themselves.
Whether the attached data says what the page says is for the caller to compare.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError, SigningError
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.cms.signed_data import PAPER, opened
from signing.cms.verdicts import Signed
from signing.core.errors import Refused
from signing.pdf import hanko
from signing.pki.der import first_element
from signing.pki.subjects import UNREADABLE
from signing.pki.trust import Trust, must_count
from signing.statements.cades import attached_stamp

LARGEST = 64 * 1024 * 1024
DEEPEST = 16
_BROKEN = (
    PdfError,
    CMSExtractionError,
    SigningError,
    SignatureValidationError,
    *UNREADABLE,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
)


def verify(pdf: bytes, trust: Trust, use: str = "paper") -> tuple[Signed, ...]:
    """Check every signature of a PDF; gives them in the order of signing.

    Refuses with `unreadable_pdf`, `too_large`, `not_signed`, `not_covered`, `changed_afterwards`,
    `timestamp_missing`, `timestamp_refused`, the codes of `signed_data.opened` and
    `trust.must_count`, or `untrusted` where only pyHanko objects.
    """
    try:
        return _verified(pdf, trust, use)
    except _BROKEN as error:
        if isinstance(error, Refused):
            raise
        raise _unreadable() from error


def attached(pdf: bytes) -> dict[str, bytes]:
    """Give the files embedded in a PDF by name; refuses with `unreadable_pdf` or `too_large`."""
    try:
        root = _reader(pdf).root
        names = root.get("/Names") or {}
        return dict(_files(names["/EmbeddedFiles"], 0)) if "/EmbeddedFiles" in names else {}
    except _BROKEN as error:
        if isinstance(error, Refused):
            raise
        raise _unreadable() from error


def _verified(pdf: bytes, trust: Trust, use: str) -> tuple[Signed, ...]:
    reader = _reader(pdf)
    signatures = list(reader.embedded_regular_signatures)
    if not signatures:
        raise Refused("not_signed", "this paper carries no signature")
    known = trust.with_crls(_inside(reader))
    signed = tuple(_signed(pdf, each, known, use) for each in signatures)
    if signatures[-1].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        raise Refused("not_covered", "something was added after the last signature")
    return signed


def _reader(pdf: bytes) -> PdfFileReader:
    if len(pdf) > LARGEST:
        raise Refused("too_large", "a paper is larger than {limit} bytes", limit=LARGEST)
    return PdfFileReader(BytesIO(pdf))


def _inside(reader: PdfFileReader) -> list[bytes]:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return []
    return [each.get_object().data for each in store.crls]


def _signed(pdf: bytes, signature: EmbeddedPdfSignature, trust: Trust, use: str) -> Signed:
    found = opened(_container(pdf, signature), PAPER, _ranges(pdf, signature), trust)
    stamp = attached_stamp(found, trust)
    certificate = found.certificate
    few = trust.narrowed(certificate, int(stamp.holder.serial, 16))
    status = hanko.run(
        async_validate_pdf_signature(
            signature,
            signer_validation_context=hanko.context(few, stamp.at, {use}, certificate),
            ts_validation_context=hanko.context(few, stamp.at, {"tsa"}),
            key_usage_settings=hanko.SIGNING,
        )
    )
    if not status.docmdp_ok:
        raise Refused("changed_afterwards", "more than signatures was added after signing")
    authority = must_count(trust, certificate, use, stamp.at)
    if not status.bottom_line:
        raise Refused(
            "untrusted", "pyHanko does not accept it: {summary}", summary=status.summary()
        )
    claimed = signature.self_reported_timestamp
    if claimed is None:
        raise _unreadable()
    return Signed(found.holder, authority.id, claimed, stamp)


def _ranges(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    start, first, second, last = map(int, signature.byte_range)
    if start != 0 or not 0 < first < second or last < 0 or second + last > len(pdf):
        raise _unreadable()
    return pdf[:first] + pdf[second : second + last]


def _container(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    """Give the CMS in the gap of the ranges, where nothing else may stand but zeros."""
    gap = pdf[int(signature.byte_range[1]) : int(signature.byte_range[2])]
    text = gap[1:-1]
    if gap[:1] + gap[-1:] != b"<>" or text not in {text.lower(), text.upper()}:
        raise _unreadable()
    content = bytes.fromhex(text.decode("ascii"))
    cms = first_element(content)
    if content[len(cms) :].strip(b"\0"):
        raise Refused("not_covered", "something stands beside the signature")
    return cms


def _files(node: Any, depth: int) -> Iterator[tuple[str, bytes]]:
    if depth > DEEPEST:
        raise _unreadable()
    for kid in node.get("/Kids", ()):
        yield from _files(kid.get_object(), depth + 1)
    flat = list(node.get("/Names", ()))
    for name, entry in zip(flat[::2], flat[1::2], strict=True):
        specification = entry.get_object()
        stream = specification["/EF"]["/F"]
        yield str(specification.get("/UF", specification.get("/F", name))), stream.data


def _unreadable() -> Refused:
    return Refused("unreadable_pdf", "this is not a PDF that can be read")
