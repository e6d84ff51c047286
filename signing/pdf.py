"""Papers: PAdES-B-LT signatures on a PDF that is there already (PROTOCOL.md §7).

ETSI EN 319 142-1. Chains and revocation lists are put into the same revision that is signed, so the
signature covers the file to its last byte, and whoever reads the file later needs nothing but the
roots. What the paper says and looks like is made elsewhere; `paper_check` reads it back. Everything
here blocks for a tenth of a second: call it outside an event loop.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import keys, tsp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.errors import ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import hanko
from signing.errors import Refused
from signing.round_seal import DIAMETER, RoundSealStyle
from signing.signer import Signer
from signing.timestamp_authority import granted
from signing.timestamps import Stamper
from signing.trust import Trust


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

    `trust` must hold the authorities behind signer and timestamp, with CRLs fresh at `at`. Refuses
    with `unreadable_pdf`, `cannot_sign` (chain or lists missing) or what the stamper refuses with.
    """
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
    except (PdfError, ValueError, RecursionError) as error:
        raise Refused("unreadable_pdf", "this is not a PDF that can be signed") from error
    corner = (int(seal.x), int(seal.y), int(seal.x + DIAMETER), int(seal.y + DIAMETER))
    metadata = PdfSignatureMetadata(
        field_name=seal.field,
        md_algorithm="sha256",
        name=seal.name,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        validation_context=hanko.context(trust, at, {"paper", "tsa"}),
        dss_settings=DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    )
    work = _AtInstant(
        metadata,
        signer=_hanko_signer(signer),
        timestamper=_Stamps(stamper),
        stamp_style=RoundSealStyle(name=seal.name, caption=seal.caption),
        new_field_spec=SigFieldSpec(seal.field, on_page=seal.page, box=corner),
    )
    work.at = at
    try:
        signed = hanko.run(work.async_sign_pdf(writer))
    except (SigningError, ValidationError, PdfError) as error:
        raise Refused(
            "cannot_sign", "the paper cannot be signed: {cause}", cause=str(error)
        ) from error
    done: bytes = signed.getvalue()
    return done


class _AtInstant(PdfSigner):
    """A signer whose clock is handed in: the city's, not the machine's."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _Stamps(TimeStamper):
    """A stamper of this library where pyHanko expects its own."""

    def __init__(self, stamper: Stamper) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]  # pyHanko has no types
        self._stamper = stamper

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        digest = req["message_imprint"]["hashed_message"].native
        answer: tsp.TimeStampResp = hanko.load(tsp.TimeStampResp, granted(self._stamper(digest)))
        return answer


def _hanko_signer(signer: Signer) -> SimpleSigner:
    key = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]  # pyHanko has no types
        [hanko.asn1(c) for c in signer.chain]
    )
    return SimpleSigner(
        signing_cert=hanko.asn1(signer.certificate),
        signing_key=hanko.load(keys.PrivateKeyInfo, key),
        cert_registry=store,
    )
