"""What a holder takes home: a PKCS#12 file that browsers and tokens can open.

PBES2 with AES-256-CBC and HMAC-SHA-256 (RFC 8018, RFC 7292), because the older default ciphers are
refused by WebCrypto based readers.
"""

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    serialize_key_and_certificates,
)

from signing.authority.profiles import PrivateKey

ROUNDS = 50_000


def pkcs12(
    label: str,
    key: PrivateKey,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    password: str,
) -> bytes:
    """Pack a key, its certificate and the certificates above it under a password (UTF-8)."""
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(password.encode())
    )
    return serialize_key_and_certificates(label.encode(), key, certificate, chain, protection)
