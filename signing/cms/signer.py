"""Making a CMS signature with a key at hand (RFC 5652, CAdES-B of ETSI EN 319 122-1).

For organisations that sign on the server and for the embedded timestamp authority. People sign in
their own browser; what they make is checked by `cms`. Content is signed as it is, never re-written.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier as Oid

from signing.pki import oids
from signing.pki.der import sequence, set_of, tlv

_DIGEST = sequence(asn1.encode_der(oids.SHA256))


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate, its key, and the certificates above it, nearest first."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...] = ()


def detached(signer: Signer, content: bytes, at: datetime) -> bytes:
    """Sign `content`, which stays outside; gives a DER ContentInfo with the chain but its root."""
    time = asn1.encode_der(asn1.UTCTime(at.astimezone(UTC).replace(microsecond=0)))
    timed = _attribute(oids.SIGNING_TIME, time)
    return _content_info(signer, oids.DATA, sha256(content).digest(), more=timed)


def detached_digest(signer: Signer, digest: bytes) -> bytes:
    """Sign what has this SHA-256 digest, without a signing time: PAdES keeps that in the PDF."""
    return _content_info(signer, oids.DATA, digest)


def enveloping(signer: Signer, kind: Oid, content: bytes, *, certificates: bool) -> bytes:
    """Sign `content` of another content type, inside; with the chain but its root, or without."""
    digest = sha256(content).digest()
    return _content_info(signer, kind, digest, inside=content, certificates=certificates)


def _content_info(
    signer: Signer,
    kind: Oid,
    digest: bytes,
    *,
    more: bytes = b"",
    inside: bytes | None = None,
    certificates: bool = True,
) -> bytes:
    own = signer.certificate.public_bytes(Encoding.DER)
    above = [c.public_bytes(Encoding.DER) for c in signer.chain if c.issuer != c.subject]
    body = sequence(
        asn1.encode_der(1 if inside is None else 3),
        set_of([_DIGEST]),
        sequence(
            asn1.encode_der(kind),
            b"" if inside is None else tlv(b"\xa0", tlv(b"\x04", inside)),
        ),
        set_of([own, *above], b"\xa0") if certificates else b"",
        set_of([_signer_info(signer, own, kind, digest, more)]),
    )
    return sequence(asn1.encode_der(oids.SIGNED_DATA), tlv(b"\xa0", body))


def _signer_info(signer: Signer, own: bytes, kind: Oid, digest: bytes, more: bytes) -> bytes:
    named = sequence(sequence(sequence(tlv(b"\x04", sha256(own).digest()))))
    attributes = [
        _attribute(oids.CONTENT_TYPE, asn1.encode_der(kind)),
        _attribute(oids.MESSAGE_DIGEST, tlv(b"\x04", digest)),
        _attribute(oids.SIGNING_CERTIFICATE, named),
        *([more] if more else []),
    ]
    algorithm, signature = _signed(signer, set_of(attributes))
    certificate = signer.certificate
    return sequence(
        asn1.encode_der(1),
        sequence(certificate.issuer.public_bytes(), asn1.encode_der(certificate.serial_number)),
        _DIGEST,
        set_of(attributes, b"\xa0"),
        algorithm,
        tlv(b"\x04", signature),
    )


def _attribute(oid: Oid, value: bytes) -> bytes:
    return sequence(asn1.encode_der(oid), set_of([value]))


def _signed(signer: Signer, data: bytes) -> tuple[bytes, bytes]:
    if isinstance(signer.key, rsa.RSAPrivateKey):
        algorithm = sequence(asn1.encode_der(oids.RSA_SHA256), b"\x05\x00")
        return algorithm, signer.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    algorithm = sequence(asn1.encode_der(oids.ECDSA_SHA256))
    return algorithm, signer.key.sign(data, ec.ECDSA(hashes.SHA256()))
