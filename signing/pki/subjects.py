"""Who a certificate speaks of: names written into a subject, and read out of it again.

A person's certificate carries the name (CN), the organisation (O), the role (OU) and the person's
number there (serialNumber); an organisation's carries its name twice and its unified social credit
code. The code stands in organizationIdentifier as `NTRCN-<code>` (ETSI EN 319 412-1 §5.1.4); other
issuers put it into serialNumber, which is read as well. Whether a code has right check digits, and
whether the person holds the role, is not decided here.
"""

import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

# What the parser raises, early or late, for bytes that are no certificate it understands.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

_PREFIX = "NTRCN-"
_is_credit_code = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}").fullmatch


@dataclass(frozen=True, slots=True)
class Subject:
    """The holder of a certificate; what is unknown is an empty text."""

    name: str
    organisation: str = ""
    role: str = ""
    number: str = ""
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Holder(Subject):
    """A subject as a certificate states it, with what names the certificate itself.

    `serial` and `sha256` (of the DER) are lower-case hex, `issuer` is the issuer's CN.
    """

    serial: str = ""
    issuer: str = ""
    sha256: str = ""

    def stands_for(self, name: str, credit_code: str) -> bool:
        """Tell whether the certificate speaks for an organisation: by credit code, else by name."""
        if self.credit_code:
            return self.credit_code == credit_code
        return self.organisation == name


def named(subject: Subject) -> x509.Name:
    """Write a subject as a distinguished name, texts in UTF-8."""
    code = subject.credit_code
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, subject.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, subject.role),
        (NameOID.ORGANIZATION_IDENTIFIER, f"{_PREFIX}{code}" if code else ""),
        (NameOID.SERIAL_NUMBER, subject.number),
        (NameOID.COMMON_NAME, subject.name),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def holder(certificate: x509.Certificate) -> Holder:
    """Read the holder of a certificate; fields it lacks are empty texts."""
    subject = certificate.subject
    identifier = _first(subject, NameOID.ORGANIZATION_IDENTIFIER)
    number = _first(subject, NameOID.SERIAL_NUMBER)
    code = identifier.removeprefix(_PREFIX) if identifier.startswith(_PREFIX) else number
    return Holder(
        name=_first(subject, NameOID.COMMON_NAME),
        organisation=_first(subject, NameOID.ORGANIZATION_NAME),
        role=_first(subject, NameOID.ORGANIZATIONAL_UNIT_NAME),
        number=number,
        credit_code=code if _is_credit_code(code) else "",
        serial=f"{certificate.serial_number:x}",
        issuer=_first(certificate.issuer, NameOID.COMMON_NAME),
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    value = found[0].value if found else ""
    return value if isinstance(value, str) else ""
