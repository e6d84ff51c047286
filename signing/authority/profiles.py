"""What each kind of certificate says: lifetimes, key usages, constraints (RFC 5280, RFC 3161 §2.3).

Data and pure building; where keys and certificates lie is the office's matter.
"""

from datetime import datetime, timedelta
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.core.errors import Refused

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

KEY_KINDS = ("ec", "rsa")
KINDS = ("person", "organisation", "tsa")
REASONS = (
    "unspecified",
    "keyCompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "privilegeWithdrawn",
)

ROOT_LIFE = timedelta(days=20 * 365)
INTERMEDIATE_LIFE = timedelta(days=10 * 365)
LIFE = {
    "person": timedelta(days=3 * 365),
    "organisation": timedelta(days=3 * 365),
    "tsa": timedelta(days=6 * 365),
}
ROOT_CRL_LIFE = timedelta(days=365)
CRL_LIFE = timedelta(days=7)

_USAGES = {
    "authority": {"key_cert_sign", "crl_sign"},
    "person": {"digital_signature", "content_commitment"},
    "organisation": {"digital_signature", "content_commitment"},
    "tsa": {"digital_signature"},
}
_ALL_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def new_key(kind: str) -> PrivateKey:
    """Make a P-256 (`ec`) or RSA-2048 (`rsa`) key; refuses (`key_kind`) any other kind."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    raise Refused("key_kind", "{kind} is no kind of key that is issued here", kind=kind)


def authority_certificate(
    name: x509.Name,
    key: PublicKey,
    issuer: x509.Name,
    issuer_key: PrivateKey,
    valid: tuple[datetime, datetime],
    path_length: int,
) -> x509.Certificate:
    """Make a root (issuer is itself, path length 1) or an intermediate (path length 0)."""
    builder = _started(name, key, issuer, issuer_key, valid, "authority")
    return builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    ).sign(issuer_key, hashes.SHA256())


def holder_certificate(
    kind: str,
    name: x509.Name,
    key: PublicKey,
    issuer: x509.Name,
    issuer_key: PrivateKey,
    valid: tuple[datetime, datetime],
) -> x509.Certificate:
    """Make a certificate of one of `KINDS`; a timestamp certificate has the critical purpose."""
    builder = _started(name, key, issuer, issuer_key, valid, kind).add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    if kind == "tsa":
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purposes, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _started(
    name: x509.Name,
    key: PublicKey,
    issuer: x509.Name,
    issuer_key: PrivateKey,
    valid: tuple[datetime, datetime],
    usage: str,
) -> x509.CertificateBuilder:
    usages = {each: each in _USAGES[usage] for each in _ALL_USAGES}
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.KeyUsage(**usages), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(issued_by, critical=False)
    )
