"""What a certificate itself lets its key be used for (RFC 5280 §4.2.1.3, RFC 3161 §2.3).

A signature of a person or an organisation needs nonRepudiation and a P-256 or RSA key; a timestamp
needs the timestamp purpose, critical and alone. Whose signature it is shows in the subject: an
organisation's certificate names the organisation as its holder (CN and O are the same), a person's
does not, so that nobody seals a paper with a personal key. Which authority is recognised for which
use is decided in `trust`.
"""

from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.core.errors import Refused
from signing.pki import extensions, keys
from signing.pki.subject_profiles import SubjectProfile
from signing.pki.subjects import UNREADABLE, holder

USES = ("person", "organisation", "paper", "tsa")


def must_allow(
    certificate: x509.Certificate, use: str, profiles: Sequence[SubjectProfile] = ()
) -> None:
    """Refuse with `use`, `key_usage`, `holder_kind` or as `keys.of` what may not serve a use.

    `profiles` are those by which its authority writes subjects.
    """
    if use not in USES:
        raise Refused("use", "{use} is none of the uses that are known", use=use)
    try:
        allowed = _stamps(certificate) if use == "tsa" else _signs(certificate)
        subject = holder(certificate, profiles)
    except Refused:
        raise
    except (*UNREADABLE, x509.ExtensionNotFound):
        allowed = False
    if not allowed:
        raise Refused("key_usage", "the certificate's key may not be used for {use}", use=use)
    if use != "tsa" and subject.is_organisation != (use != "person"):
        raise Refused(
            "holder_kind",
            "{name} is not the kind of holder that {use} asks for",
            name=subject.name,
            use=use,
        )


def _stamps(certificate: x509.Certificate) -> bool:
    usage = extensions.of(certificate).get_extension_for_class(x509.KeyUsage).value
    purposes = extensions.of(certificate).get_extension_for_class(x509.ExtendedKeyUsage)
    only = list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    return purposes.critical and only and usage.digital_signature


def _signs(certificate: x509.Certificate) -> bool:
    keys.of(certificate)
    usage = extensions.of(certificate).get_extension_for_class(x509.KeyUsage).value
    return usage.content_commitment
