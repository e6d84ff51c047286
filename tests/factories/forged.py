"""Signatures that are almost right: every part of a CAdES-B-T can be left out or replaced.

The untouched recipe gives what `signing.statements.cades` would give, which a test proves; so a
refusal is due to the one thing that was changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier as Oid

from signing.cms.signer import Signer
from signing.pki import oids
from signing.pki.der import sequence, set_of, tlv
from signing.time.timestamps import Stamper

NULL = b"\x05\x00"
SHA1 = Oid("1.3.14.3.2.26")
ECDSA_SHA1 = Oid("1.2.840.10045.4.1")
RSA_PSS = Oid("1.2.840.113549.1.1.10")


def attribute(oid: Oid, *values: bytes) -> bytes:
    """An attribute with any number of DER values."""
    return sequence(asn1.encode_der(oid), set_of(values))


def algorithm(oid: Oid, parameters: bytes = b"") -> bytes:
    """An AlgorithmIdentifier."""
    return sequence(asn1.encode_der(oid), parameters)


@dataclass
class Recipe:
    """The parts of a statement's CMS; change one, then `made`.

    `attributes` go by OID (None: left out), `extra` are appended as they are.
    """

    signer: Signer
    content: bytes
    at: datetime
    stamper: Stamper
    content_type: Oid = oids.DATA
    inside: bytes | None = None
    versions: tuple[int, int] = (1, 1)
    digest: bytes = algorithm(oids.SHA256)
    hashed: Callable[[bytes], Any] = sha256
    signature_algorithm: bytes | None = None
    attributes: dict[Oid, bytes | None] = field(default_factory=dict)
    extra: tuple[bytes, ...] = ()
    ordered: bool = True
    certificates: tuple[bytes, ...] | None = None
    signed_by: Callable[[bytes], bytes] | None = None
    token: Callable[[bytes], bytes] | None = None
    unsigned: tuple[bytes, ...] = ()
    stamped: bool = True
    infos: int = 1

    def made(self) -> bytes:
        """Put it together, DER throughout."""
        own = self.signer.certificate.public_bytes(Encoding.DER)
        above = [c.public_bytes(Encoding.DER) for c in self.signer.chain[:-1]]
        bag = [own, *above] if self.certificates is None else list(self.certificates)
        inside = b"" if self.inside is None else tlv(b"\xa0", tlv(b"\x04", self.inside))
        body = sequence(
            asn1.encode_der(self.versions[0]),
            set_of([self.digest]),
            sequence(asn1.encode_der(self.content_type), inside),
            set_of(bag, b"\xa0"),
            tlv(b"\x31", self._info(own) * self.infos),
        )
        return sequence(asn1.encode_der(oids.SIGNED_DATA), tlv(b"\xa0", body))

    def _info(self, own: bytes) -> bytes:
        usual: dict[Oid, bytes | None] = {
            oids.CONTENT_TYPE: asn1.encode_der(oids.DATA),
            oids.SIGNING_TIME: asn1.encode_der(asn1.UTCTime(self.at.replace(microsecond=0))),
            oids.MESSAGE_DIGEST: tlv(b"\x04", self.hashed(self.content).digest()),
            oids.SIGNING_CERTIFICATE: named(own),
        }
        chosen = (usual | self.attributes).items()
        parts = [attribute(oid, value) for oid, value in chosen if value is not None]
        parts += self.extra
        parts = sorted(parts) if self.ordered else sorted(parts, reverse=True)
        joined = b"".join(parts)
        signature = (self.signed_by or self._sign)(tlv(b"\x31", joined))
        issuer = self.signer.certificate.issuer.public_bytes()
        serial = asn1.encode_der(self.signer.certificate.serial_number)
        usual_algorithm = (
            algorithm(oids.RSA_SHA256, NULL)
            if isinstance(self.signer.key, rsa.RSAPrivateKey)
            else algorithm(oids.ECDSA_SHA256)
        )
        return sequence(
            asn1.encode_der(self.versions[1]),
            sequence(issuer, serial),
            self.digest,
            tlv(b"\xa0", joined),
            self.signature_algorithm or usual_algorithm,
            tlv(b"\x04", signature),
            self._unsigned(signature),
        )

    def _unsigned(self, signature: bytes) -> bytes:
        parts = list(self.unsigned)
        if self.stamped:
            token = (self.token or self.stamper)(sha256(signature).digest())
            parts.append(attribute(oids.TIMESTAMP, token))
        return set_of(parts, b"\xa1") if parts else b""

    def _sign(self, data: bytes) -> bytes:
        key = self.signer.key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return key.sign(data, ec.ECDSA(hashes.SHA256()))


def named(certificate: bytes, *rest: bytes, before: bytes = b"") -> bytes:
    """A signing-certificate-v2 that names a DER certificate by its SHA-256."""
    digest = tlv(b"\x04", sha256(certificate).digest())
    return sequence(sequence(sequence(before, digest, *rest)))
