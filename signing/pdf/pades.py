"""Papers: PAdES-B-LT signatures on a PDF that is there already (PROTOCOL.md §7).

ETSI EN 319 142-1. Chains and revocation lists are put into the same revision that is signed, so the
signature covers the file to its last byte, and whoever reads the file later needs nothing but the
roots. What the paper says and looks like is made elsewhere; `paper_check` reads it back. Signing
takes some tens of milliseconds and asks the timestamp authority: call it outside an event loop.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation import DocumentSecurityStore

from signing.cms.signer import Signer, detached_digest
from signing.core.errors import Refused
from signing.pdf import hanko
from signing.pdf.round_seal import DIAMETER, RoundSealStyle
from signing.pki.trust import Authority, Trust, must_count
from signing.statements import cades
from signing.time import tokens
from signing.time.timestamps import Stamper

RESERVED = 24 * 1024
"""Hex digits kept free for one signature with its timestamp."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Where and how the signature shows: `page` from 0 (-1: the last), lower left corner in points.

    `field` names the signature in the file; a second signature needs another name.
    """

    name: str
    caption: str = "电子签章"
    page: int = -1
    x: float = 400.0
    y: float = 120.0
    field: str = "seal"


def sign(
    pdf: bytes, signer: Signer, at: datetime, stamper: Stamper, trust: Trust, seal: Seal
) -> bytes:
    """Sign a PDF as of `at`; gives the signed bytes, PAdES-B-LT.

    `trust` must hold the authorities behind signer and timestamp, with CRLs fresh at `at`: a paper
    that would not count is not made. Refuses with `unreadable_pdf`, `cannot_sign` (a field of that
    name, or no room), `timestamp_refused`, the codes of `trust.must_count`, or what the stamper
    refuses with.
    """
    authority = must_count(trust, signer.certificate, "paper", at)
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        _embed(writer, signer, authority, trust)
    except (PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused("unreadable_pdf", "this is not a PDF that can be signed") from error
    try:
        return _sealed(writer, signer, at, stamper, trust, seal)
    except (SigningError, PdfError) as error:
        raise Refused("cannot_sign", "no signature fits in: {cause}", cause=str(error)) from error


def _embed(
    writer: IncrementalPdfFileWriter, signer: Signer, authority: Authority, trust: Trust
) -> None:
    """Put what a reader will need into the document: certificates, and the newest list of each."""
    concerned = [authority, *(a for a in trust.authorities if "tsa" in a.uses)]
    known = [c for a in concerned for c in (*a.intermediates, *a.roots)]
    newest: dict[x509.Name, x509.CertificateRevocationList] = {}
    for each in sorted(trust.crls, key=lambda crl: crl.last_update_utc):
        newest[each.issuer] = each
    lists = [newest[name] for name in dict.fromkeys(c.subject for c in known) if name in newest]
    certificates = dict.fromkeys((signer.certificate, *signer.chain, *known))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=[hanko.their_certificate(c) for c in certificates if c.issuer != c.subject],
        crls=[hanko.their_list(crl) for crl in lists],
    )
    writer.register_extension(ESIC_EXTENSION_1)


def _sealed(
    writer: IncrementalPdfFileWriter,
    signer: Signer,
    at: datetime,
    stamper: Stamper,
    trust: Trust,
    seal: Seal,
) -> bytes:
    corner = (int(seal.x), int(seal.y), int(seal.x + DIAMETER), int(seal.y + DIAMETER))
    place = SigFieldSpec(seal.field, on_page=seal.page, box=corner)
    steps = PdfCMSEmbedder(new_field_spec=place).write_cms(field_name=seal.field, writer=writer)
    next(steps)
    style = RoundSealStyle(name=seal.name, caption=seal.caption)
    signature = SignatureObject(
        bytes_reserved=RESERVED, subfilter=SigSeedSubFilter.PADES, timestamp=at, name=seal.name
    )
    steps.send(SigObjSetup(signature, appearance_setup=SigAppearanceSetup(style, at, seal.name)))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    bare = detached_digest(signer, prepared.document_digest)
    token = stamper(cades.imprint(bare))
    tokens.must_stand(token, cades.imprint(bare), trust)
    steps.send(cades.stamped(bare, token))
    done: bytes = output.getvalue()
    return done
