"""The city's own seal (organisation certificate) and its timestamp authority, in the data folder.

Production puts certificate, chain and key there that a recognised authority issued, and names an
RFC 3161 address; the demo's are made at its founding.
"""

from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from market.kernel.clock import Clock
from signing.cms.signer import Signer
from signing.time.authority import Service
from signing.time.timestamps import Stamper, embedded, remote


class Holds(Protocol):
    """Whatever holds a signer."""

    @property
    def signer(self) -> Signer:
        """Certificate, key and chain."""


def install(folder: Path, seal: Holds, stamps: Holds | None) -> None:
    """Put the city's seal, and an embedded timestamp authority, where ``city_seal`` looks."""
    _write(folder / "seal", seal.signer)
    if stamps is not None:
        _write(folder / "tsa", stamps.signer)


def city_seal(folder: Path) -> Signer:
    """The seal that signs papers."""
    return _read(folder / "seal")


def stamper(folder: Path, url: str, clock: Clock) -> Stamper:
    """Timestamps: from the authority at ``url``, or from the embedded one."""
    return remote(url) if url else embedded(timestamp_service(folder), clock)


def timestamp_service(folder: Path) -> Service:
    """The embedded authority."""
    return Service(_read(folder / "tsa"))


def _write(folder: Path, signer: Signer) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = folder / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chain = b"".join(c.public_bytes(Encoding.PEM) for c in (signer.certificate, *signer.chain))
    (folder / "chain.pem").write_bytes(chain)


def _read(folder: Path) -> Signer:
    key = load_pem_private_key((folder / "key.pem").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("the city's seal is an EC or RSA key")
    certificate, *chain = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    return Signer(certificate, key, tuple(chain))
