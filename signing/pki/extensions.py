"""A certificate's extensions (RFC 5280 §4.2), also of one that writes out what DER leaves out.

X.690 §11.5 forbids to encode a default value, yet authorities in use write `cA FALSE` and
`critical FALSE`: such a certificate is read as if it had left them out. Its signature is over its
own bytes, so nothing but the reading is lenient.
"""

from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pki import der

_FALSE = b"\x01\x01\x00"
_EXTENSIONS = 0xA3


def of(certificate: x509.Certificate) -> x509.Extensions:
    """Give all of them; raises one of `subjects.UNREADABLE` for what is no extension."""
    try:
        return certificate.extensions
    except ValueError:
        return _leniently(certificate)


@lru_cache(maxsize=256)
def _leniently(certificate: x509.Certificate) -> x509.Extensions:
    return x509.load_der_x509_certificate(_without_defaults(certificate)).extensions


def _without_defaults(certificate: x509.Certificate) -> bytes:
    body, algorithm, signature = der.elements(certificate.public_bytes(Encoding.DER))
    *fields, last = der.elements(body)
    if last[0] == _EXTENSIONS:
        (listed,) = der.elements(last)
        last = der.tlv(last[:1], der.sequence(*map(_plain, der.elements(listed))))
    return der.sequence(der.sequence(*fields, last), algorithm, signature)


def _plain(extension: bytes) -> bytes:
    *head, value = (part for part in der.elements(extension) if part != _FALSE)
    (inner,) = der.elements(value) or (b"",)
    if inner == der.sequence(_FALSE):
        value = der.tlv(value[:1], der.sequence())
    return der.sequence(*head, value)
