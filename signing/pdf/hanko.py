"""pyHanko, held to this library's rules: the same authorities, instants and revocation lists.

The one door to its ASN.1 (asn1crypto): what is read here is read with `pki.der`.
A validation context keeps state, so every signature gets a new one. Revocation is required, never
soft; lists made after the instant count (`retroactive_revinfo`), lists made more than seven days
before it do not (PROTOCOL.md §7). Its coroutines run on an event loop of their own in a thread of
their own, so that callers need not care; they do block for some tens of milliseconds.
"""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from signing.pki.chains import FRESH
from signing.pki.trust import Trust

_Result = TypeVar("_Result")

SIGNING = KeyUsageConstraints(key_usage={"non_repudiation"})

# It logs a traceback for every path that does not hold; a refusal here is an answer, not an error.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def context(
    trust: Trust, at: datetime, uses: set[str], certificate: x509.Certificate | None = None
) -> ValidationContext:
    """Make a context for judging at an instant, over the authorities recognised for any of `uses`.

    With a certificate, the lists about it must be as recent as the protocol asks.
    """
    authorities = [a for a in trust.authorities if uses & {*a.uses} and a.recognises(at)]
    lists = [crl for crl in trust.crls if certificate is None or _counts(crl, certificate, at)]
    return ValidationContext(
        trust_roots=[their_certificate(c) for a in authorities for c in a.roots],
        other_certs=[their_certificate(c) for a in authorities for c in a.intermediates],
        crls=[their_list(crl) for crl in lists],
        moment=at,
        revocation_mode="require",
        retroactive_revinfo=True,
        allow_fetching=False,
        time_tolerance=timedelta(0),
    )


def their_certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Give a certificate in the type that pyHanko takes."""
    found: asn1_x509.Certificate = _load(asn1_x509.Certificate, certificate)
    return found


def their_list(revoked: x509.CertificateRevocationList) -> asn1_crl.CertificateList:
    """Give a revocation list in the type that pyHanko takes."""
    found: asn1_crl.CertificateList = _load(asn1_crl.CertificateList, revoked)
    return found


def run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a pyHanko coroutine to its end, wherever this is called."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


def _load(kind: Any, ours: x509.Certificate | x509.CertificateRevocationList) -> Any:
    """Call into asn1crypto, which has no annotations."""
    return kind.load(ours.public_bytes(Encoding.DER), strict=True)


def _counts(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, at: datetime
) -> bool:
    if crl.issuer != certificate.issuer:
        return True
    made = crl.last_update_utc
    return at - FRESH <= made <= certificate.not_valid_after_utc
