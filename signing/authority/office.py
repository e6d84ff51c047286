"""The desk of a small authority: found it, open it, issue certificates.

A root that signs nothing but one intermediate, and the intermediate that signs everything else.
Time is handed in. Whether the applicant is who it says is decided before anybody comes here.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.authority import files, profiles
from signing.authority.profiles import PrivateKey, PublicKey
from signing.core.errors import Refused
from signing.pki.subjects import Subject, named
from signing.pki.trust import Authority


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with its keys in memory; `id` names it in `trust.json`."""

    directory: Path
    id: str
    name: str
    city: str
    root: x509.Certificate
    intermediate: x509.Certificate
    root_key: PrivateKey
    intermediate_key: PrivateKey

    @property
    def chain(self) -> tuple[x509.Certificate, x509.Certificate]:
        """What stands above every certificate issued here, nearest first."""
        return self.intermediate, self.root


def found(directory: Path, *, code: str, name: str, city: str, key: str, at: datetime) -> Office:
    """Found an authority in an empty directory, valid from `at`; key is one of `KEY_KINDS`.

    `code` is its id in `trust.json`.

    Refuses with `authority_exists` or `key_kind`.
    """
    if (directory / "authority.json").exists():
        raise Refused("authority_exists", "there is an authority in this directory already")
    root_key, intermediate_key = profiles.new_key(key), profiles.new_key(key)
    root_name = named(Subject(f"{name}根证书", name))
    intermediate_name = named(Subject(f"{name}签发证书", name))
    root = profiles.authority_certificate(
        root_name, root_key.public_key(), root_name, root_key, (at, at + profiles.ROOT_LIFE), 1
    )
    intermediate = profiles.authority_certificate(
        intermediate_name,
        intermediate_key.public_key(),
        root_name,
        root_key,
        (at, at + profiles.INTERMEDIATE_LIFE),
        0,
    )
    for folder in (directory, directory / "issued", directory / "crl"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write_key(directory / "root.key", root_key)
    files.write_key(directory / "intermediate.key", intermediate_key)
    files.write_certificate(directory / "root.pem", root)
    files.write_certificate(directory / "intermediate.pem", intermediate)
    files.write_state(
        directory,
        {"v": 1, "kind": "authority", "id": code, "name": name, "city": city}
        | {"crl_number": 0, "revoked": []},
    )
    return Office(directory, code, name, city, root, intermediate, root_key, intermediate_key)


def opened(directory: Path) -> Office:
    """Open an authority that was founded here; refuses with `no_authority`."""
    about = files.state(directory)
    return Office(
        directory=directory,
        id=about["id"],
        name=about["name"],
        city=about["city"],
        root=x509.load_pem_x509_certificate((directory / "root.pem").read_bytes()),
        intermediate=x509.load_pem_x509_certificate((directory / "intermediate.pem").read_bytes()),
        root_key=files.read_key(directory / "root.key"),
        intermediate_key=files.read_key(directory / "intermediate.key"),
    )


def issue(
    office: Office,
    kind: str,
    subject: Subject,
    public_key: PublicKey,
    begins: datetime,
    ends: datetime | None = None,
) -> x509.Certificate:
    """Issue a certificate of one of `KINDS`; without `ends` it lives as long as its kind does.

    Refuses with `certificate_kind`, `certificate_life` or `key_kind` (a timestamp key must be RSA:
    deployed checkers read nothing else).
    """
    if kind not in profiles.KINDS:
        raise Refused("certificate_kind", "{kind} is no kind of certificate", kind=kind)
    if kind == "tsa" and not isinstance(public_key, rsa.RSAPublicKey):
        raise Refused("key_kind", "a timestamp authority needs an RSA key")
    until = min(ends or begins + profiles.LIFE[kind], office.intermediate.not_valid_after_utc)
    if until <= begins:
        raise Refused("certificate_life", "the certificate would end before it begins")
    certificate = profiles.holder_certificate(
        kind,
        named(subject),
        public_key,
        office.intermediate.subject,
        office.intermediate_key,
        (begins, until),
    )
    files.write_certificate(files.issued(office.directory, certificate.serial_number), certificate)
    return certificate


def recognised(
    office: Office, uses: tuple[str, ...], begins: datetime, ends: datetime | None = None
) -> Authority:
    """Give this authority as an entry for `signing.pki.trust`; the region decides on the uses."""
    return Authority(
        id=office.id,
        name=office.name,
        city=office.city,
        uses=uses,
        begins=begins,
        ends=ends,
        roots=(office.root,),
        intermediates=(office.intermediate,),
    )
