"""A small certificate authority for a test, recognised by its city."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from signing import authority
from signing.authority.profiles import PrivateKey
from signing.cms.signer import Signer
from signing.pki import trust_files
from signing.pki.subjects import Subject
from signing.pki.trust import Trust
from signing.statements import cades


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key, ready to sign."""

    signer: Signer

    @property
    def certificate(self) -> x509.Certificate:
        return self.signer.certificate

    @property
    def key(self) -> PrivateKey:
        return self.signer.key

    def sign(self, text: str, at: datetime) -> bytes:
        """A detached CAdES-B over ``text`` as a browser makes it."""
        return cades.sign(text.encode(), self.signer, at)


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority, and the city's folder that says it is recognised."""

    office: authority.Office
    trust: Path

    def issue(self, kind: str, subject: Subject, begins: datetime) -> Issued:
        """A certificate of ``kind`` (person, organisation)."""
        key = authority.new_key("ec")
        certificate = authority.issue(self.office, kind, subject, key.public_key(), begins)
        return Issued(Signer(certificate, key, self.office.chain))

    def publish(self, at: datetime) -> None:
        """Fresh revocation lists in the city's folder."""
        known = authority.recognised(self.office, ("person", "organisation"), at - LONG)
        trust_files.save(Trust((known,)).with_crls(authority.crls(self.office, at)), self.trust)


LONG = timedelta(days=400)


def found(folder: Path, data: Path, at: datetime) -> Authority:
    """An authority that the city with the data folder ``data`` recognises since long."""
    office = authority.found(
        folder, code="ca-a", name="甲CA（演示）", city="达州市", key="ec", at=at - LONG
    )
    made = Authority(office, data / "trust")
    made.publish(at)
    return made
