"""A small city's keys and certificates, made at run time: two authorities, a stranger, a clock.

`CityPki` is cheap to read and slow to make (RSA keys): share one per session, issue per test.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from signing import authority
from signing.cms.signer import Signer
from signing.pki.key_uses import USES
from signing.pki.subjects import Subject
from signing.pki.trust import Trust
from signing.time.authority import Service
from signing.time.timestamps import Stamper, embedded

NOW = datetime(2026, 11, 23, 1, 0, 0, 250_000, tzinfo=UTC)
FOUNDED = NOW - timedelta(days=30)

EXPERT = Subject("赵一鸣", "达州市演示评审中心", "评审专家", "E-0001", "12511799MB0000001Q")
CENTRE = Subject("达州市演示交易中心", "达州市演示交易中心", credit_code="12511799MB0000002L")
CLOCK = Subject("达州市演示时间戳服务", "达州市演示交易中心")


@dataclass(frozen=True, slots=True)
class CityPki:
    """`home` signs with EC, `other` (another city's) with RSA, nobody recognises `stranger`."""

    home: authority.Office
    other: authority.Office
    stranger: authority.Office
    service: Service

    def trust(self, at: datetime = NOW, uses: tuple[str, ...] = USES) -> Trust:
        """Both recognised authorities with lists that are fresh at an instant."""
        known = tuple(authority.recognised(o, uses, FOUNDED) for o in (self.home, self.other))
        return Trust(known).with_crls(self.lists(at))

    def lists(self, at: datetime) -> list[bytes]:
        """Fresh CRLs of all three authorities."""
        return [c for o in (self.home, self.other, self.stranger) for c in authority.crls(o, at)]

    def stamper(self, at: datetime = NOW) -> Stamper:
        """A stamper whose clock stands still."""
        return embedded(self.service, lambda: at)


def city_pki(directory: Path) -> CityPki:
    """Make it all in an empty directory."""
    home, other, stranger = (
        authority.found(directory / code, code=code, name=name, city=city, key=key, at=FOUNDED)
        for code, name, city, key in (
            ("home", "演示认证中心甲", "达州", "ec"),
            ("other", "演示认证中心乙", "广安", "rsa"),
            ("stranger", "无名认证中心", "某地", "ec"),
        )
    )
    return CityPki(home, other, stranger, Service(issued(other, "tsa", CLOCK, key="rsa")))


def issued(
    office: authority.Office,
    kind: str = "person",
    subject: Subject = EXPERT,
    *,
    key: str = "ec",
    begins: datetime = FOUNDED,
    ends: datetime | None = None,
) -> Signer:
    """A signer with a certificate of one of `authority.KINDS` and its chain."""
    secret = _rsa_key() if key == "rsa" else authority.new_key(key)
    certificate = authority.issue(office, kind, subject, secret.public_key(), begins, ends)
    return Signer(certificate, secret, office.chain)


def pem(certificates: Iterable[x509.Certificate | x509.CertificateRevocationList]) -> bytes:
    """PEM of several, for openssl."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def key_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """An unprotected PEM key, for openssl."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@cache
def _rsa_key() -> rsa.RSAPrivateKey:
    """One RSA key for every test that needs one: making it is the slow part."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
