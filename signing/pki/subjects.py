"""Who a certificate speaks of: names written into a subject, and read out of it again.

A person's certificate carries the name (CN), the organisation (O), the role (OU) and the person's
number there (serialNumber); an organisation's carries its name twice and its unified social credit
code. The code stands in organizationIdentifier as `NTRCN-<code>` (ETSI EN 319 412-1 §5.1.4). Other
issuers put it, with or without a prefix and in small letters too, into serialNumber or in front of
the name in O: there it is taken when its check digits are right. What is still another way to write
a subject, a code in an OU too, an authority's `SubjectProfile` says: an OU is free text that nobody
has checked, unless the authority is known to. Whether the person holds the role is not
decided here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from signing.core import credit_codes
from signing.pki.subject_profiles import ATTRIBUTES, SubjectProfile

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
_LENGTH: Final = 18
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

    @property
    def is_organisation(self) -> bool:
        """Tell whether the organisation itself holds it: then it is the name."""
        return self.name == self.organisation

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


def holder(certificate: x509.Certificate, profiles: Sequence[SubjectProfile] = ()) -> Holder:
    """Read the holder of a certificate, by the first profile that fits or as everybody writes it.

    Fields it lacks are empty texts.
    """
    stated = {attribute: _texts(certificate.subject, oid) for attribute, oid in ATTRIBUTES.items()}
    read = next(filter(None, (profile.read(stated) for profile in profiles)), None)
    subject = _usual(stated) if read is None else Subject(**read)
    return Holder(
        name=subject.name,
        organisation=subject.organisation,
        role=subject.role,
        number=subject.number,
        credit_code=subject.credit_code,
        serial=f"{certificate.serial_number:x}",
        issuer="".join(_texts(certificate.issuer, NameOID.COMMON_NAME)[:1]),
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def _usual(stated: dict[str, list[str]]) -> Subject:
    first = {attribute: "".join(texts[:1]) for attribute, texts in stated.items()}
    organisation = first["O"]
    code = first["organizationIdentifier"].removeprefix(_PREFIX)
    if not (first["organizationIdentifier"].startswith(_PREFIX) and _is_credit_code(code)):
        ends = (text[-_LENGTH:] for text in stated["serialNumber"])
        code = _right((organisation[:_LENGTH], *ends))
    if code and organisation[:_LENGTH].upper() == code:
        organisation = organisation[_LENGTH:].strip() or organisation
    return Subject(first["CN"], organisation, first["OU"], first["serialNumber"], code)


def _right(texts: Iterable[str]) -> str:
    """The first that is a credit code, and no person's number that looks like one."""
    codes = filter(credit_codes.is_right, (text.upper() for text in texts))
    return next((code for code in codes if not credit_codes.is_identity_number(code)), "")


def _texts(name: x509.Name, oid: x509.ObjectIdentifier) -> list[str]:
    values = (attribute.value for attribute in name.get_attributes_for_oid(oid))
    return [value for value in values if isinstance(value, str)]
