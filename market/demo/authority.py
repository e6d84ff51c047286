"""The demo's two certificate authorities, one EC and one RSA, and what they issue.

They lie in a folder of their own beside the city; the city only gets what it would get from a real
authority: roots, CRLs, and certificates that people bring.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signing import authority
from signing.cms.signer import Signer
from signing.pki import trust_files
from signing.pki.subjects import Subject
from signing.pki.trust import Authority, Trust

PASSWORD = "demo"  # noqa: S105 - shown on the page, opens invented people's keys only
OFFICES = (("ca_a", "演示认证中心甲", "ec"), ("ca_b", "演示认证中心乙", "rsa"))
RENEW = timedelta(hours=6)
_open: dict[Path, authority.Office] = {}


@dataclass(frozen=True, slots=True)
class Holding:
    """A certificate with its key, in whose name."""

    signer: Signer
    name: str


def found_authorities(folder: Path, city: str, at: datetime) -> None:
    """Found both authorities, valid from ``at``."""
    for code, name, key in OFFICES:
        home = folder / code
        _open[home] = authority.found(home, code=code, name=name, city=city, key=key, at=at)


def office(folder: Path, code: str) -> authority.Office:
    """One of the two; opened once, because reading an RSA key checks it thoroughly."""
    home = folder / code
    if home not in _open:
        _open[home] = authority.opened(home)
    return _open[home]


def publish(folder: Path, trust_folder: Path, begins: datetime, at: datetime) -> None:
    """Put fresh CRLs of both authorities, and the authorities, into the city's trust folder."""
    found: list[Authority] = []
    lists: list[bytes] = []
    for code, _, _ in OFFICES:
        one = office(folder, code)
        found.append(authority.recognised(one, ("person", "organisation", "paper", "tsa"), begins))
        lists += authority.crls(one, at)
    trust_files.save(Trust(tuple(found)).with_crls(lists), trust_folder)  # older lists stay


def issue(
    one: authority.Office, kind: str, subject: Subject, at: datetime, key_kind: str = "ec"
) -> Holding:
    """A new key and its certificate; ``kind`` as in ``authority.KINDS``."""
    key = authority.new_key(key_kind)
    certificate = authority.issue(one, kind, subject, key.public_key(), at)
    return Holding(Signer(certificate, key, one.chain), subject.name)


def save(holding: Holding, path: Path) -> None:
    """Keep a PKCS#12 file for a persona's browser."""
    path.parent.mkdir(parents=True, exist_ok=True)
    one = holding.signer
    path.write_bytes(authority.pkcs12(holding.name, one.key, one.certificate, one.chain, PASSWORD))
