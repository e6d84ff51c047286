"""Certificates made by hand, with what no office of ours would write."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID

from signing.pki.subjects import Subject, named
from tests.factories.pki import FOUNDED, NOW

KEY = ec.generate_private_key(ec.SECP256R1())
ROOT = named(Subject("某市电子认证"))
_FLAGS = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def usage(*flags: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{flag: flag in flags for flag in _FLAGS})


def made(name: x509.Name, flags: x509.KeyUsage, constraints: bytes) -> x509.Certificate:
    raw = x509.UnrecognizedExtension(ExtensionOID.BASIC_CONSTRAINTS, constraints)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(ROOT)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FOUNDED)
        .not_valid_after(NOW + timedelta(days=900))
        .add_extension(raw, critical=False)
        .add_extension(flags, critical=True)
        .sign(KEY, hashes.SHA256())
    )


def made_for(name: x509.Name) -> x509.Certificate:
    """A certificate that may sign, whoever it names."""
    return made(name, usage("content_commitment"), b"\x30\x00")
