"""The shapes of a CMS signature: RFC 5652 for one signer, ESS of RFC 5035, RFC 6211.

As far as PROTOCOL.md §7 needs them, and no further: whatever has no place here does not decode.
Elements that must stay the bytes they are, are left unread.
"""

from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier


@asn1.sequence
class Algorithm:
    """AlgorithmIdentifier without parameters, or with NULL."""

    oid: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class Attribute:
    """Attribute with its values unread."""

    oid: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class Attributes:
    """A set of attributes, wrapped: the decoder starts at sequences only."""

    each: asn1.SetOf[Attribute]


@asn1.sequence
class IssuerAndSerial:
    """IssuerAndSerialNumber; the issuer's name is unread."""

    issuer: asn1.TLV
    serial: int


@asn1.sequence
class SignerInfo:
    """SignerInfo; the signed attributes are unread, because their bytes are what is signed."""

    version: int
    signer: IssuerAndSerial
    digest: Algorithm
    signed: asn1.TLV
    algorithm: Algorithm
    signature: bytes
    unsigned: Annotated[asn1.SetOf[Attribute] | None, asn1.Implicit(1)]


@asn1.sequence
class Encapsulated:
    """EncapsulatedContentInfo; a detached signature has no content."""

    oid: ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class SignedData:
    """SignedData with certificates and without CRLs; the certificates are unread."""

    version: int
    digests: asn1.SetOf[Algorithm]
    encapsulated: Encapsulated
    certificates: asn1.TLV
    signers: asn1.SetOf[SignerInfo]


@asn1.sequence
class ContentInfo:
    """ContentInfo that holds SignedData."""

    oid: ObjectIdentifier
    content: Annotated[SignedData, asn1.Explicit(0)]


@asn1.sequence
class Certificates:
    """Certificates, each unread; they are not signed, and some signers do not sort them."""

    each: list[asn1.TLV]


@asn1.sequence
class IssuerSerial:
    """IssuerSerial of ESS: general names, unread, and the serial number."""

    issuer: list[asn1.TLV]
    serial: int


@asn1.sequence
class CertificateId:
    """ESSCertIDv2; without an algorithm it is SHA-256."""

    algorithm: Algorithm | None
    digest: bytes
    issuer_serial: IssuerSerial | None


@asn1.sequence
class SigningCertificate:
    """SigningCertificateV2; policies have no place in it."""

    certificates: list[CertificateId]


@asn1.sequence
class Protection:
    """CMSAlgorithmProtection (RFC 6211) of a signature."""

    digest: Algorithm
    signature: Annotated[Algorithm, asn1.Implicit(1)]
