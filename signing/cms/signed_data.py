"""One signer's CMS SignedData, walked strictly and checked: the fast path under `cms` and `tokens`.

Accepts what PROTOCOL.md §7 needs and nothing beside it (RFC 5652, RFC 5035): one signer, named by
issuer and serial number, its certificate inside, no certificate that is neither the signer's nor a
recognised authority's, signed attributes of a short list, SHA-2 with ECDSA or RSA PKCS#1 v1.5, a
signing-certificate-v2 that names the certificate. So no byte stands unprotected in an archive. What
the certificate counts for at which time is decided in `trust`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ObjectIdentifier as Oid

from signing.cms import shapes
from signing.core.errors import Refused
from signing.pki import der, keys, oids
from signing.pki.subjects import UNREADABLE, Holder, holder
from signing.pki.trust import Trust

LARGEST = 64 * 1024
_PKCS1 = padding.PKCS1v15()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a kind of SignedData must be: content type, version, digests, signing time or not."""

    content: Oid
    content_der: bytes
    version: int
    digests: frozenset[Oid]
    signing_time: bool


STATEMENT = Profile(
    oids.DATA, bytes.fromhex("2a864886f70d010701"), 1, frozenset({oids.SHA256}), signing_time=True
)
PAPER = replace(STATEMENT, signing_time=False)
TOKEN = Profile(
    oids.TIMESTAMP_INFO,
    bytes.fromhex("2a864886f70d0109100104"),
    3,
    frozenset(oids.DIGESTS),
    signing_time=False,
)


class Opened(NamedTuple):
    """A SignedData whose signature holds; `content` is empty for a detached one."""

    certificate: x509.Certificate
    holder: Holder
    signing_time: datetime | None
    signature: bytes
    content: bytes
    unsigned: list[shapes.Attribute] | None


@dataclass(frozen=True, slots=True)
class _Known:
    certificate: x509.Certificate
    holder: Holder
    der: bytes
    issuer: bytes
    named: bytes
    """The issuer's name without its DER header."""
    serial: int
    kind: str
    verify: Callable[[bytes, bytes, hashes.HashAlgorithm], None]
    naming: bytes
    """The usual signing-certificate-v2: one SHA-256 hash and nothing else."""


def opened(data: bytes, profile: Profile, detached: bytes, trust: Trust) -> Opened:
    """Walk and check `data`; `detached` is the content when it does not stand inside.

    Refuses with `malformed`, `too_large`, `algorithm`, `sm2`, `stray_certificate`,
    `signer_missing`, `content_changed`, `wrong_signer` or `signature_invalid`.
    """
    if len(data) > LARGEST:
        raise Refused("too_large", "a signature is larger than {limit} bytes", limit=LARGEST)
    info = der.read(shapes.ContentInfo, data)
    body = info.content
    signers = body.signers.as_list()
    digests = body.digests.as_list()
    inside = body.encapsulated.content
    if (
        info.oid != oids.SIGNED_DATA
        or body.version != profile.version
        or body.encapsulated.oid != profile.content
        or (inside is None) != (profile.content == oids.DATA)
        or body.certificates.tag_bytes != b"\xa0"
        or len(signers) != 1
        or len(digests) != 1
        or signers[0].version != 1
        or signers[0].signed.tag_bytes != b"\xa0"
    ):
        raise _malformed()
    signer = signers[0]
    digest = signer.digest.oid
    if digest not in profile.digests or digests[0].oid != digest:
        raise Refused("algorithm", "the digest algorithm has no place here")
    known = _signer(bytes(body.certificates.data), signer.signer, trust)
    signed = der.tlv(b"\x31", bytes(signer.signed.data))
    attributes = _attributes(signed, profile)
    content = detached if inside is None else inside
    if not _is(attributes[oids.MESSAGE_DIGEST], b"\x04", _hashed(digest, content)):
        raise Refused("content_changed", "the signature belongs to other content")
    if not _is(attributes[oids.CONTENT_TYPE], b"\x06", profile.content_der):
        raise _malformed()
    _must_name(known, attributes[oids.SIGNING_CERTIFICATE])
    _must_protect(signer, attributes.get(oids.PROTECTION))
    _must_verify(known, signer, signed)
    profiled = trust.profiles(known.certificate)
    return Opened(
        certificate=known.certificate,
        holder=trust.holder(known.certificate) if profiled else known.holder,
        signing_time=_time(attributes[oids.SIGNING_TIME]) if profile.signing_time else None,
        signature=signer.signature,
        content=inside or b"",
        unsigned=None if signer.unsigned is None else signer.unsigned.as_list(),
    )


def _signer(bag: bytes, named: shapes.IssuerAndSerial, trust: Trust) -> _Known:
    found = None
    for known in _bag(bag):
        if known.serial == named.serial and _is(named.issuer, b"\x30", known.named):
            found = known
        elif known.der not in trust.known:
            raise Refused(
                "stray_certificate",
                "a certificate inside is neither the signer's nor a recognised authority's",
            )
    if found is None:
        raise Refused("signer_missing", "the signer's certificate is not inside")
    return found


@lru_cache(maxsize=1024)
def _bag(content: bytes) -> tuple[_Known, ...]:
    wrapped = der.tlv(b"\x30", der.tlv(b"\x30", content))
    every = [der.whole(each) for each in der.read(shapes.Certificates, wrapped).each]
    if len(set(every)) != len(every):
        raise _malformed()
    return tuple(map(_known, every))


def _known(data: bytes) -> _Known:
    try:
        certificate = x509.load_der_x509_certificate(data)
        keys.must_not_be_sm2(certificate)
        key = certificate.public_key()
        issuer = certificate.issuer.public_bytes()
        about = holder(certificate)
    except Refused:
        raise
    except UNREADABLE:
        raise _malformed() from None
    naming = der.tlv(b"\x30", der.tlv(b"\x30", der.tlv(b"\x04", _hashed(oids.SHA256, data))))
    kind, verify = _verifier(key)
    return _Known(
        certificate=certificate,
        holder=about,
        der=data,
        issuer=issuer,
        named=bytes(der.left_unread(issuer).data),
        serial=certificate.serial_number,
        kind=kind,
        verify=verify,
        naming=naming,
    )


def _verifier(key: object) -> tuple[str, Callable[[bytes, bytes, hashes.HashAlgorithm], None]]:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ec", lambda value, data, digest: key.verify(value, data, ec.ECDSA(digest))
    if isinstance(key, rsa.RSAPublicKey):
        return "rsa", lambda value, data, digest: key.verify(value, data, _PKCS1, digest)
    return "", _never


def _never(_value: bytes, _data: bytes, _digest: hashes.HashAlgorithm) -> None:
    """No algorithm fits a key of another kind, so nothing gets as far as asking it."""
    raise InvalidSignature


def _attributes(signed: bytes, profile: Profile) -> dict[Oid, asn1.TLV]:
    found: dict[Oid, asn1.TLV] = {}
    for attribute in der.read(shapes.Attributes, der.tlv(b"\x30", signed)).each.as_list():
        values = attribute.values.as_list()
        if attribute.oid in found or len(values) != 1 or attribute.oid not in oids.SIGNED:
            raise _malformed()
        found[attribute.oid] = values[0]
    if not (oids.REQUIRED_TIMED if profile.signing_time else oids.REQUIRED) <= found.keys():
        if oids.SIGNING_CERTIFICATE not in found:
            raise Refused("wrong_signer", "no signing-certificate-v2 names the certificate")
        raise _malformed()
    return found


def _must_name(known: _Known, value: asn1.TLV) -> None:
    if _is(value, b"\x30", known.naming):
        return
    named = der.read(shapes.SigningCertificate, der.whole(value)).certificates
    if not named:
        raise _malformed()
    first = named[0]
    oid = oids.SHA256 if first.algorithm is None else first.algorithm.oid
    if oid not in oids.DIGESTS or first.digest != _hashed(oid, known.der):
        raise _wrong_signer()
    by = first.issuer_serial
    issuer = [der.tlv(b"\xa4", known.issuer)]
    if by is not None and (by.serial, list(map(der.whole, by.issuer))) != (known.serial, issuer):
        raise _wrong_signer()


def _must_protect(signer: shapes.SignerInfo, value: asn1.TLV | None) -> None:
    if value is None:
        return
    said = der.read(shapes.Protection, der.whole(value))
    if (said.digest.oid, said.signature.oid) != (signer.digest.oid, signer.algorithm.oid):
        raise Refused("algorithm", "the protected algorithms are not the ones used")


def _must_verify(known: _Known, signer: shapes.SignerInfo, signed: bytes) -> None:
    kind, digest = oids.SIGNATURES.get(signer.algorithm.oid, ("", None))
    if kind != known.kind or digest not in {None, signer.digest.oid}:
        raise Refused("algorithm", "the signature algorithm has no place here")
    try:
        known.verify(signer.signature, signed, oids.DIGESTS[signer.digest.oid][1])
    except InvalidSignature:
        raise Refused("signature_invalid", "the signature does not verify") from None


def _is(element: asn1.TLV, tag: bytes, content: bytes) -> bool:
    return element.tag_bytes == tag and element.data == content


def _time(value: asn1.TLV) -> datetime:
    if value.tag_bytes == b"\x17":
        return der.value(value, asn1.UTCTime).as_datetime()
    return der.value(value, asn1.GeneralizedTime).as_datetime()


def _hashed(digest: Oid, data: bytes) -> bytes:
    return oids.DIGESTS[digest][0](data).digest()


def _wrong_signer() -> Refused:
    return Refused("wrong_signer", "signing-certificate-v2 names another certificate")


def _malformed() -> Refused:
    return Refused("malformed", "these bytes are not a signature of the kind expected here")
