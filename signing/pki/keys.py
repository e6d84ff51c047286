"""Which keys sign here: P-256, or RSA of 2048 bits and more (PROTOCOL.md §7).

What is none of these is called what it is, so that its holder knows what to ask the authority for.
"""

from typing import Final, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.core.errors import Refused

SHORTEST_RSA: Final = 2048  # bits
_CHINESE: Final = "1.2.156.10197."  # SM2, SM3 and SM4 stand below it (GM/T 0006)

SigningKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def must_not_be_sm2(certificate: x509.Certificate) -> None:
    """Refuse with `sm2` what only looks unreadable."""
    if certificate.signature_algorithm_oid.dotted_string.startswith(_CHINESE):
        raise Refused("sm2", "this is an SM2 certificate; only P-256 and RSA keys sign here")


def of(certificate: x509.Certificate) -> SigningKey:
    """Give the key of a certificate; refuses with `sm2`, `key_size` or `algorithm`."""
    must_not_be_sm2(certificate)
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SHORTEST_RSA:
        said = "an RSA key of {bits} bits is too short: it takes {least}"
        raise Refused("key_size", said, bits=key.key_size, least=SHORTEST_RSA)
    if isinstance(key, rsa.RSAPublicKey) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    ):
        return key
    raise Refused("algorithm", "only P-256 and RSA keys sign here")
